import Catalog
import Core
import Delivery
import Platform
import Settings

/// Delivers rows to a program of one's own, in any language, at least once.
///
/// The program reads lines of JSON from its standard input: rows, and after those of a batch the line
/// `{"batch":"3f2a…","rows":500}`. When it has kept them it writes the line `ok 3f2a…` to its standard output, or
/// `retry 3f2a… REASON` (later), or `reject 3f2a… REASON` (never: the batch is halved until the row is found, which goes
/// to the dead letters). The same rows come under the same number again. It may end at any time; it is started again.
final class ProgramBackend: Backend {
    private let settings: ConsumerSettings
    private var program: Coprocess?

    init(_ settings: ConsumerSettings) { self.settings = settings }

    let schema = ""

    func prepare() throws(Refusal) -> Cursor? {
        program = nil
        do throws(SystemError) {
            program = try Coprocess(settings.command)
        } catch {
            throw .blocked(
                "the program cannot be started: \(error.description)",
                remedy: "Correct \"command\": the path, and whether the receiver's user may run it."
            )
        }
        return nil
    }

    func close() { program = nil }

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        guard let program else { throw .temporary("the program does not run") }
        var text: [UInt8] = []
        for row in batch.rows {
            FeedJSON.append(row, to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        let number = Hex.encode(Checksum.xxh3(text))
        text.append(contentsOf: "{\"batch\":\"\(number)\",\"rows\":\(batch.rows.count)}\n".utf8)
        let deadline = Clock.monotonic() + settings.timeout
        try talk { () throws(SystemError) in try program.write(text, deadline: deadline) }
        while true {
            let line = try talk { () throws(SystemError) in try program.line(deadline: deadline) }
            guard let line else {
                self.program = nil
                throw .temporary("the program ended without an answer")
            }
            if try judge(line, number) { return }
        }
    }

    private func talk<Value>(_ body: () throws(SystemError) -> Value) throws(Refusal) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            program = nil
            throw .temporary("the program: \(error.description)")
        }
    }

    /// Whether the line is the answer to the batch, and a good one.
    private func judge(_ line: String, _ number: String) throws(Refusal) -> Bool {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[1] == number else { return false }
        let reason = words.count > 2 ? String(words[2].prefix(1000)) : "without a reason"
        switch words[0] {
        case "ok": return true
        case "retry": throw .temporary("the program asks to try later: \(reason)")
        case "reject": throw .part("the program rejects: \(reason)")
        default: return false
        }
    }
}
