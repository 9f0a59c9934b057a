/// Makes responses of what Copilot counts.
///
/// A message tells its output only. What went in stands in `session.shutdown`, summed by model over all requests
/// since the session began or, as others have it, since it was resumed; which of both, the outputs tell. The rest of
/// a sum is shared out evenly to the messages that it is of: the sums are exact, and a message's share an average.
struct CopilotMeter: Hashable {
    /// A message that no shutdown has summed up yet.
    struct Told: Hashable {
        var key: String
        /// Empty when it does not tell.
        var model: String
        var output: Int64
        var isSide: Bool
    }

    /// Tokens as Copilot counts them: `input` includes what was read from and written to the cache.
    struct Sum: Hashable {
        var input: Int64 = 0
        var output: Int64 = 0
        var read: Int64 = 0
        var written: Int64 = 0
        var reasoning: Int64 = 0
    }

    private var told: [Told] = []
    /// How many of `told` stand before the latest resume; nil without one.
    private var resumed: Int?
    /// Of each model at the latest shutdown.
    private var sums: [String: Sum] = [:]

    /// Takes a message.
    mutating func tell(_ message: Told) { told.append(message) }

    /// The session was taken up again.
    mutating func resume() { resumed = told.count }

    /// Takes the sums of a `session.shutdown`; what the messages then are, and what is of no message.
    ///
    /// `metrics`: `{<model>: {usage: {inputTokens, outputTokens, …}}}`.
    /// `current`: the model of messages that tell none.
    /// `key`: of what is of no message.
    mutating func shutdown(
        _ metrics: JSONValue,
        current: String?,
        key: String
    ) -> [ResponseFact] {
        var facts: [ResponseFact] = []
        let models = metrics.members.compactMap { name, value in
            name.nonEmptyString.map { ($0, value) }
        }
        let nameless = models.count == 1 ? models[0].0 : current
        for (model, metric) in models {
            guard let sum = Sum(metric["usage"]) else { continue }
            let mine = told.indices.filter {
                told[$0].model == model || told[$0].model.isEmpty && model == nameless
            }
            let (used, of) = use(sum, since: sums[model], mine)
            sums[model] = sum
            facts += shares(used, of.map { told[$0] }, model, key: key + "/" + model)
        }
        told.removeAll()
        resumed = nil
        return facts
    }

    /// What was used since the latest shutdown, and by which messages.
    private func use(_ sum: Sum, since earlier: Sum?, _ mine: [Int]) -> (Sum, [Int]) {
        let all = mine.reduce(0) { $0 &+ told[$1].output }
        let isUntold = resumed != nil && all == 0
        if let grown = sum.since(earlier ?? Sum()), grown.output >= all, !isUntold {
            return (grown, mine)
        }
        return (sum, mine.filter { $0 >= resumed ?? 0 })
    }

    private func shares(
        _ sum: Sum,
        _ messages: [Told],
        _ model: String,
        key: String
    ) -> [ResponseFact] {
        let read = min(sum.read, sum.input)
        let written = min(sum.written, sum.input - read)
        let count = max(1, Int64(messages.count))
        let output = max(0, sum.output - messages.reduce(0) { $0 &+ $1.output })
        func share(_ whole: Int64, _ index: Int64) -> Int64 {
            let (each, rest) = whole.quotientAndRemainder(dividingBy: count)
            return each + (index < rest ? 1 : 0)
        }
        var thoughts: Int64 = 0
        return (0..<count).compactMap { index in
            let message = messages.isEmpty ? nil : messages[Int(index)]
            var usage = TokenUsage()
            usage.input = share(sum.input - read - written, index)
            usage.cacheRead = share(read, index)
            usage.cacheWrite5m = share(written, index)
            usage.output = (message?.output ?? 0) &+ share(output, index)
            thoughts += share(sum.reasoning, index)
            usage.reasoning = min(thoughts, usage.output)
            thoughts -= usage.reasoning
            guard usage.total > 0 else { return nil }
            let id = ResponseKey(messageID: message?.key ?? key)
            var fact = ResponseFact(key: id, model: model, usage: usage)
            fact.isCopy = message?.isSide ?? false
            return fact
        }
    }

    func write(_ writer: inout StateWriter) {
        writer.list(told) { writer, message in
            writer.text(message.key)
            writer.text(message.model)
            writer.signed(message.output)
            writer.bool(message.isSide)
        }
        writer.optional(resumed) { $0.number(UInt64($1)) }
        writer.list(sums.sorted { $0.key < $1.key }) { writer, each in
            writer.text(each.key)
            for part in each.value.parts { writer.signed(part) }
        }
    }

    static func read(_ reader: inout StateReader) -> CopilotMeter? {
        let told = reader.list { reader -> Told? in
            guard let key = reader.text(), let model = reader.text(), let output = reader.signed(),
                let isSide = reader.bool()
            else { return nil }
            return Told(key: key, model: model, output: output, isSide: isSide)
        }
        guard let told, let resumed = reader.optional({ $0.number() }),
            let sums = reader.list({ reader -> (String, Sum)? in
                guard let model = reader.text() else { return nil }
                let parts = (0..<5).compactMap { _ in reader.signed() }
                return parts.count == 5 ? (model, Sum(parts)) : nil
            })
        else { return nil }
        var meter = CopilotMeter()
        meter.told = told
        meter.resumed = resumed.map { Int(min($0, UInt64(told.count))) }
        meter.sums = Dictionary(sums) { first, _ in first }
        return meter
    }
}

extension CopilotMeter.Sum {
    fileprivate init?(_ usage: JSONValue?) {
        guard let usage, usage.kind == .object else { return nil }
        func count(_ value: JSONValue?) -> Int64 { min(max(0, value?.int ?? 0), 1 << 50) }
        self.init([
            count(usage["inputTokens"]), count(usage["outputTokens"]),
            count(usage["cacheReadTokens"]), count(usage["cacheWriteTokens"]),
            count(usage["reasoningTokens"]),
        ])
    }

    fileprivate init(_ parts: [Int64]) {
        (input, output, read, written, reasoning) = (
            parts[0], parts[1], parts[2], parts[3], parts[4]
        )
    }

    fileprivate var parts: [Int64] { [input, output, read, written, reasoning] }

    /// What came since `earlier`; nil when any count went back.
    fileprivate func since(_ earlier: Self) -> Self? {
        let grown = zip(parts, earlier.parts).map { $0 &- $1 }
        return grown.allSatisfy { $0 >= 0 } ? Self(grown) : nil
    }
}
