import Core

/// Something that holds now and that somebody should know.
struct Alert: Sendable, Hashable {
    var id: String
    var kind: String
    /// "info", "warning" or "critical".
    var severity: String
    var text: String
    var since: WallTime?
    /// Where the page shows more.
    var link: String?

    func write(_ json: inout JSONBuffer) {
        json.string("id", id)
        json.string("kind", kind)
        json.string("severity", severity)
        json.string("text", text)
        json.time("since", since)
        json.string("link", link)
    }
}
