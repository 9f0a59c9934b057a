/// How a file was touched, seen from its session.
enum AccessPattern: String {
    /// Never before in the session.
    case first
    case repeated
    /// With at least two others within the same second.
    case batch
}
