import SQL
import Synchronization

/// What questions found in single sessions, as long as those do not change.
///
/// A question over a month reads hundreds of thousands of rows, of which almost none changed since it was asked
/// last. What was found in a session is remembered with the session's number in `session_changes`, and is looked
/// for again when that is another one. Any thread.
package final class SessionMemo: Sendable {
    /// What a question found in a session.
    struct Found: Sendable {
        /// The session's `session_changes.rev`.
        var stamp: Int64
        /// Of the rows that were read; nil for none.
        var times: ClosedRange<Int64>?
        /// Row by row.
        var cells: [MemoCell] = []
        /// Columns of a row.
        var width = 0
    }

    /// What a question found, before its texts are known to the memo.
    struct News {
        var session: Int64
        var found: Found
    }

    private struct State {
        /// Which life of the catalog it is of.
        var epoch: Int64 = 0
        var texts: [String] = []
        var numbers: [String: Int32] = [:]
        var answers: [String: [Int64: Found]] = [:]
        var size = 0
    }

    /// Cells in all, of 16 bytes: what many sessions have to say of all questions.
    private static let most = 4 << 20

    private let state = Mutex(State())

    package init() {}

    /// What is known of these sessions at these stamps, and the texts of it.
    func known(
        _ question: String,
        epoch: Int64,
        _ sessions: [(id: Int64, stamp: Int64?)]
    ) -> (found: [Found?], texts: [String]) {
        state.withLock { state in
            guard state.epoch == epoch, let answers = state.answers[question] else {
                return (Array(repeating: nil, count: sessions.count), [])
            }
            let found = sessions.map { session -> Found? in
                guard let found = answers[session.id], found.stamp == session.stamp else {
                    return nil
                }
                return found
            }
            return (found, state.texts)
        }
    }

    /// Remembers; `texts` are those that the cells mean.
    func remember(_ question: String, epoch: Int64, _ news: [News], _ texts: [String]) {
        state.withLock { state in
            if state.epoch != epoch || state.size > SessionMemo.most {
                state = State()
                state.epoch = epoch
            }
            let numbers = texts.map { text -> Int32 in
                if let number = state.numbers[text] { return number }
                let number = Int32(state.texts.count)
                state.texts.append(text)
                state.numbers[text] = number
                state.size += 4 + text.utf8.count / 16
                return number
            }
            for item in news {
                var found = item.found
                for (index, cell) in found.cells.enumerated() {
                    if case .text(let local) = cell {
                        found.cells[index] = .text(numbers[Int(local)])
                    }
                }
                let former = state.answers[question, default: [:]]
                    .updateValue(found, forKey: item.session)
                state.size += found.cells.count - (former?.cells.count ?? 0) + 8
            }
        }
    }
}
