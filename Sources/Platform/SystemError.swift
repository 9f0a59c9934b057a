package import Core

/// A system call that failed: which one, on what, and with which errno.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package let errno: Int32
    /// The call's name as in its manual page.
    package let call: String
    /// What it was applied to, for people; empty when there is nothing to name.
    package let subject: String

    package init(errno: Int32, call: String, subject: String = "") {
        self.errno = errno
        self.call = call
        self.subject = subject
    }

    package init(errno: Int32, call: String, path: BytePath) {
        self.init(errno: errno, call: call, subject: path.description)
    }
}

extension SystemError {
    /// The call, its subject and the error, for people.
    package var description: String { "\(call) \(subject): errno \(errno)" }
}
