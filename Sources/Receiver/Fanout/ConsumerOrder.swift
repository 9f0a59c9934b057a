import Core
import Delivery

/// What a person asks of a consumer.
enum ConsumerOrder: Hashable, Sendable {
    case pause
    case resume
    case rewind(Cursor)
    case skip
    case replay

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
        if case .rewind(let cursor) = self {
            "\(Hex.encode(cursor.epoch)) \(cursor.rev)"
        } else {
            nil
        }
    }

    /// Nil for what no version of this program wrote.
    init?(kind: String, argument: String?) {
        switch kind {
        case "pause": self = .pause
        case "resume": self = .resume
        case "skip": self = .skip
        case "replay": self = .replay
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
