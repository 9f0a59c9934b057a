/// What a scan met.
package struct ScanSummary: Hashable, Sendable {
    package var folders = 0
    /// Files that a rule asks for.
    package var files = 0
}
