/// An error as its reader needs it: a stable code, what went wrong, what to do about it, and why.
package struct OperatorError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for programs; the names are stable.
    package enum Code: String, Sendable {
        case configuration
        case usage
        case input
        case fileSystem = "file-system"
        case network
        case identity
        case certificate
        case `protocol`
        case storage
        case database
        case busy
        case `internal`
    }

    package var code: Code
    /// What went wrong, naming the file, line, key or peer.
    package var message: String
    /// What the reader can do; nil when there is nothing to do.
    package var remedy: String?
    /// The error underneath, as text.
    package var cause: String?

    package init(_ code: Code, _ message: String, remedy: String? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    package var description: String {
        var text = message
        if let cause { text += ": " + cause }
        if let remedy { text += "\n  → " + remedy }
        return text
    }
}
