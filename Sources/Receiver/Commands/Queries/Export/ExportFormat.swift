/// How a session is exported.
enum ExportFormat: String, CaseIterable {
    case md
    case html
    case json
    /// The bytes of the tool's own file.
    case original
}
