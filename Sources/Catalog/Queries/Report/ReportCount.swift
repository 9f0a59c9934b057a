/// Something that is counted in a report.
package struct ReportCount: Sendable, Hashable {
    package var name: String
    package var count: Int64
    /// What it is counted in besides ("Bash 12, Edit 3"), if that is told.
    package var detail: String?

    package init(name: String, count: Int64, detail: String? = nil) {
        self.name = name
        self.count = count
        self.detail = detail
    }
}
