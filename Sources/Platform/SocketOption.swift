import Glibc

/// Socket options with an integer value.
enum SocketOption {
    /// Returns 0 or a negated errno.
    @discardableResult
    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Int32 {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        return systemCall { setsockopt(descriptor, level, option, &value, size) }
    }
}
