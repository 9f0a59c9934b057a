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

    /// Most first, of equal counts by name.
    static func sorted(_ counts: [String: Int64]) -> [ReportCount] {
        counts.map { ReportCount(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }
}
