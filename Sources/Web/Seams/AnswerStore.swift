import Catalog

/// Keeps what the page found in sessions, in the catalog, for the next start.
package protocol AnswerStore: Sendable {
    /// Writes it when nothing else is to be written.
    ///
    /// - Parameters:
    ///   - answers: of some sessions.
    ///   - done: called on any thread when they are written, or cannot be.
    func keep(_ answers: [SessionAnswers], done: @escaping @Sendable () -> Void)
}

/// Keeps nothing.
package struct NoAnswerStore: AnswerStore {
    package init() {}

    /// Says at once that it is done.
    package func keep(_ answers: [SessionAnswers], done: @escaping @Sendable () -> Void) { done() }
}
