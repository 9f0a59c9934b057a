import Glibc

/// The process's messages for people.
package enum StandardError {
    /// Its descriptor.
    package static let descriptor: Int32 = 2

    /// Writes the line and its end at once, so that lines of several threads do not mix.
    package static func write(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { _ = OutputStream.write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// Writes the text as it is, without a line end: what a terminal shows for a while.
    static func draw(_ text: String) {
        var text = text
        text.withUTF8 { _ = OutputStream.write(UnsafeRawBufferPointer($0), to: descriptor) }
    }
}
