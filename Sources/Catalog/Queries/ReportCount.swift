/// Something with numbers in a report.
package struct ReportCount: Sendable, Hashable {
    package var name: String
    package var count: Int64
    /// Of a tool: its calls that failed.
    package var errors: Int64 = 0
    /// Of a tool: its slowest call in nanoseconds, if any lasted.
    package var slowest: Int64?
    /// Of a finding: one of them, masked.
    package var example: String?
}
