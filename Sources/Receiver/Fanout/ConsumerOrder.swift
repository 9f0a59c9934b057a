import Core
import Delivery

/// What a person asks of a consumer.
enum ConsumerOrder: Hashable, Sendable {
    case pause
    case resume
    case rewind(Cursor)
    case skip
    /// These dead letters, by when they were refused last in nanoseconds; all with none.
    case replay([Int64])

    var kind: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .rewind: "rewind"
        case .skip: "skip"
        case .replay: "replay"
        }
    }

    var argument: String? {
        switch self {
        case .rewind(let cursor): "\(Hex.encode(cursor.epoch)) \(cursor.rev)"
        case .replay(let letters) where !letters.isEmpty:
            letters.map(String.init).joined(separator: " ")
        default: nil
        }
    }

    /// What the audit says of the order.
    func auditLine(_ consumer: String, by author: String) -> (action: String, detail: String) {
        switch self {
        case .rewind(let cursor):
            ("consumer rewind", "\(consumer) to rev \(cursor.rev) by \(author)")
        case .replay(let letters) where !letters.isEmpty:
            ("consumer replay", "\(consumer), \(letters.count) dead letters, by \(author)")
        default: ("consumer \(kind)", "\(consumer) by \(author)")
        }
    }

    /// Nil for what no version of this program wrote.
    init?(kind: String, argument: String?) {
        switch kind {
        case "pause": self = .pause
        case "resume": self = .resume
        case "skip": self = .skip
        case "replay":
            self = .replay((argument ?? "").split(separator: " ").compactMap { Int64($0) })
        case "rewind":
            let words = (argument ?? "").split(separator: " ")
            guard words.count == 2, let epoch = UInt64(words[0], radix: 16),
                let rev = Int64(words[1])
            else { return nil }
            self = .rewind(Cursor(epoch: epoch, rev: rev))
        default: return nil
        }
    }
}
