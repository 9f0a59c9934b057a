/// Why a rule holds.
struct AlertCause: Sendable, Hashable {
    var text: String
    /// What it is about, each by a name of its own: more of it is news.
    var subjects: Set<String>

    init(_ text: String, _ subjects: Set<String> = ["it"]) {
        self.text = text
        self.subjects = subjects
    }
}
