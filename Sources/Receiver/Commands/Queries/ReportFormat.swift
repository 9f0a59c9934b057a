/// How a report is written.
enum ReportFormat: String, CaseIterable {
    case md
    case json
}
