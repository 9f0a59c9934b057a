import Core
import SQL
import Synchronization

/// What questions found in single sessions, as long as those do not change.
///
/// A question over a month reads hundreds of thousands of rows, of which almost none changed since it was asked
/// last. What was found in a session is remembered with the session's number in `session_changes`, and is looked
/// for again when that is another one. What `session_answers` has is not looked for at all. Any thread.
package final class SessionMemo: Sendable {
    /// What a question found in a session.
    struct Found: Sendable {
        /// The session's `session_changes.rev`.
        var stamp: Int64
        /// Of the rows that were read; nil for none.
        var times: ClosedRange<Int64>?
        /// Columns of a row.
        var width = 0
        /// Row by row.
        var cells = PackedCells()
    }

    /// What a question found, before its texts are known to the memo.
    struct News {
        var session: Int64
        var stamp: Int64
        var part = SessionAnswers.Part()
    }

    private struct State {
        /// Which life of the catalog it is of.
        var epoch: Int64 = 0
        var texts: [String] = []
        var numbers: [String: Int32] = [:]
        var answers: [String: [Int64: Found]] = [:]
        var size = 0
    }

    /// Bytes in all, more or less: what twenty thousand sessions have to say of all questions.
    private static let most = 128 << 20
    /// Of what is kept for an answer beside its cells.
    private static let overhead = 80

    /// A question whose answers are kept in `session_answers`.
    struct Kept: Sendable {
        var question: SessionQuestion
        /// Whether they are of rows that have a time, or of all.
        var isTimed: Bool
        var name: String
    }

    /// Those questions, in the order of its parts.
    let kept: [Kept]
    /// Which questions those are.
    let form: Int64
    /// The places of the questions, by their names.
    private let places: [String: Int]
    private let state = Mutex(State())

    /// Remembers the answers of all questions.
    ///
    /// - Parameters:
    ///   - timed: found in `session_answers` too, where a time is asked for.
    ///   - timeless: the same where none is.
    package init(_ timed: [SessionQuestion] = [], ofAllTimes timeless: [SessionQuestion] = []) {
        kept =
            timed.map { Kept(question: $0, isTimed: true, name: $0.name(isTimed: true)) }
            + timeless.map { Kept(question: $0, isTimed: false, name: $0.name(isTimed: false)) }
        let names = kept.map(\.name)
        places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        let version = "\(SessionQuestion.version) \(ParserVersion.current) "
        let text = version + names.joined(separator: ";")
        form = Int64(bitPattern: Checksum.xxh3(Array(text.utf8)))
    }

    /// The place of a question in `session_answers`; nil for one that has none.
    func place(of name: String) -> Int? { places[name] }

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
                state.size += SessionMemo.overhead + text.utf8.count
                return number
            }
            for item in news {
                var found = Found(stamp: item.stamp, times: item.part.times, width: item.part.width)
                for cell in item.part.cells {
                    if case .text(let local) = cell {
                        found.cells.append(.text(numbers[Int(local)]))
                    } else {
                        found.cells.append(cell)
                    }
                }
                let former = state.answers[question, default: [:]]
                    .updateValue(found, forKey: item.session)
                state.size += found.cells.bytes.count - (former?.cells.bytes.count ?? 0)
                if former == nil { state.size += SessionMemo.overhead }
            }
        }
    }
}
