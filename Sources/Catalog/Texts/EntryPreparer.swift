import Core
import SQL
import TLS
import Transcripts

/// Makes what is stored of texts; it belongs to one thread.
package final class EntryPreparer {
    private let packer = TextPacker()

    package init() {}

    /// All that can be made of a record by itself.
    package func prepare(_ entry: Entry) -> EntryPreparation {
        var preparation = EntryPreparation()
        for fact in entry.facts {
            switch fact {
            case .message(let fact): preparation.messages.append(message(fact))
            case .result(let fact): preparation.errorClasses.append(ResultErrorClass.of(fact))
            default: break
            }
        }
        return preparation
    }

    func message(_ fact: MessageFact) -> StoredMessage {
        var text = fact.text
        let (digest, length) = text.withUTF8 {
            (SHA256.digest(of: UnsafeRawBufferPointer($0)).bytes, Int64($0.count))
        }
        let stored = StoredText.of(text)
        return StoredMessage(
            text: stored,
            body: packer.pack(stored),
            length: length,
            digest: digest,
            normalHash: normalHash(fact)
        )
    }

    private func normalHash(_ fact: MessageFact) -> Int64? {
        guard fact.kind == .toolResult || fact.kind == .prompt else { return nil }
        return NormalisedText.withBytes(of: fact.text) { text in
            SHA256.digest(of: text).bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
        }
    }
}
