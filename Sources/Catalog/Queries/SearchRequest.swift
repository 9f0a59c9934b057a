/// What is searched, and where; texts may hold `*` and `?`, nil asks nothing.
package struct SearchRequest: Sendable, Hashable {
    /// What is looked for.
    package enum Subject: Sendable, Hashable {
        /// Words of what was said, thought, called and answered.
        case words(SearchWords)
        /// A part of a path, a command or a pattern of a call, of at least three characters.
        case fragment(String)
    }

    /// What comes first.
    package enum Order: String, Sendable, CaseIterable {
        case rank
        case newest
    }

    package var subject: Subject
    package var order: Order
    package var project: String?
    package var tool: String?
    package var machine: String?
    package var model: String?
    /// A kind of message; of calls their name.
    package var kind: String?
    /// The row of a session.
    package var session: Int64?
    package var span = TimeSpan()
    package var limit = 20
    package var offset = 0

    package init(_ subject: Subject, order: Order = .rank) {
        self.subject = subject
        self.order = order
    }
}
