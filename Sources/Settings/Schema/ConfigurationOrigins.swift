/// Where each section and key of a loaded configuration was set.
struct ConfigurationOrigins: Sendable {
    /// By `section` or `section.key`; the last file that set it.
    private var positions: [String: SourcePosition] = [:]

    /// Nil for what no file sets.
    subscript(_ path: String) -> SourcePosition? { positions[path] }

    mutating func note(_ position: SourcePosition?, for path: String) {
        positions[path] = position
    }
}
