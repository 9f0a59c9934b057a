import Glibc

/// A descriptor that somebody else opened, in whatever mode.
enum OutputStream {
    /// Writes all bytes, waiting where the descriptor does not; false when it fails.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = systemCall { Glibc.write(descriptor, rest.baseAddress, rest.count) }
            if count == -Int(EAGAIN) {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if systemCall({ poll(&entry, 1, -1) }) < 0 { return false }
            } else if count < 0 {
                return false
            } else {
                done += count
            }
        }
        return true
    }
}
