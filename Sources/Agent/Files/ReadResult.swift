import Tailing

/// What a read of a stream came to.
package enum ReadResult {
    /// Bytes in the caller's buffer, which begin at the position asked for, and the position behind them.
    case chunk(UnsafeRawBufferPointer, next: ReadPosition)
    /// There is nothing behind the position now.
    case endOfFile
    /// A comparison of the file is under way: ask again after `FileObserver.compared`.
    case busy
    /// The content is not what was read before: the stream ended, the next generation began.
    case changed
    /// The bytes are nowhere any more.
    case gone
    /// The file cannot be read now, and why. It is reported as a problem; try again later.
    case failed(String)
}
