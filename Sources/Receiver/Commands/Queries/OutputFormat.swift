/// How the rows of `sql` are written.
enum OutputFormat: String, CaseIterable {
    case table
    case csv
    case json
}
