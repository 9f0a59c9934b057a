import Glibc

/// An open descriptor with one owner, closed when its owner lets go of it.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number that system calls take; valid as long as the owner lives.
    package let rawValue: Int32

    /// Takes over an open descriptor, which nobody else may close from now on.
    package init(owning rawValue: Int32) { self.rawValue = rawValue }

    // close(2) is not repeated after EINTR: Linux has freed the number by then.
    deinit { _ = close(rawValue) }

    /// Gives the number away: from now on the caller has to close it.
    package consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }
}
