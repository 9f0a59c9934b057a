import Glibc

/// The process's output for its caller.
package enum StandardOutput {
    /// Its descriptor.
    package static let descriptor: Int32 = 1

    /// Writes the text as it is; false when the reader has gone or the disk is full.
    @discardableResult
    package static func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes all bytes; false when the reader has gone or the disk is full.
    @discardableResult
    package static func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        OutputStream.write(bytes, to: descriptor)
    }
}
