/// How the rows of `sql` are written.
enum OutputFormat: String, CaseIterable {
    case table
    case csv
    /// One array.
    case json
    /// An object a line.
    case ndjson
}
