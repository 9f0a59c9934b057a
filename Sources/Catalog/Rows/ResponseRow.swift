import Core
import SQL
import Transcripts

/// A row of `responses`.
struct ResponseRow: Equatable {
    static let columns =
        ["id"] + Attribution.columns + [
            "tool", "message_key", "message_id", "request_id", "sidechain", "model",
            "input_tokens", "output_tokens", "reasoning_tokens", "cache_write_5m_tokens",
            "cache_write_1h_tokens", "cache_read_tokens", "web_searches", "speed", "geography",
            "stop_reason", "error", "tool_cost", "context_window", "cost", "price_version",
        ]

    var id: Int64
    var who: Attribution
    var tool: String
    var messageKey: Int64
    var messageID: String?
    var requestID: String?
    var isSidechain: Bool
    var telling: ResponseFact
    var cost: Int64?
    var priceVersion: String?

    init(
        id: Int64,
        messageKey: Int64,
        _ fact: ResponseFact,
        _ claim: Claim,
        isSidechain: Bool
    ) {
        self.id = id
        who = Attribution(claim)
        tool = claim.file.tool
        self.messageKey = messageKey
        messageID = fact.key?.messageID
        requestID = isSidechain ? nil : fact.key?.requestID
        self.isSidechain = isSidechain
        telling = fact
        // Of the claim, not of the response.
        telling.key = nil
        telling.isCopy = false
    }

    init(_ values: [SQLValue]) {
        func number(_ index: Int) -> Int64 { values[index].integer ?? 0 }
        id = number(0)
        who = Attribution(Array(values[1...]))
        tool = values[6].text ?? ""
        messageKey = number(7)
        messageID = values[8].text
        requestID = values[9].text
        isSidechain = values[10].isTrue
        var usage = TokenUsage()
        usage.input = number(12)
        usage.output = number(13)
        usage.reasoning = number(14)
        usage.cacheWrite5m = number(15)
        usage.cacheWrite1h = number(16)
        usage.cacheRead = number(17)
        usage.webSearches = number(18)
        telling = ResponseFact(key: nil, model: values[11].text, usage: usage)
        telling.speed = values[19].text
        telling.geography = values[20].text
        telling.stopReason = values[21].text
        telling.isError = values[22].isTrue
        telling.toolMicrodollars = values[23].integer
        telling.contextWindow = values[24].integer
        cost = values[25].integer
        priceVersion = values[26].text
    }

    var values: [SQLValue] {
        let usage = telling.usage
        return [.integer(id)] + who.values + [
            .text(tool), .integer(messageKey), SQLValue(messageID), SQLValue(requestID),
            SQLValue(isSidechain), SQLValue(telling.model), .integer(usage.input),
            .integer(usage.output), .integer(usage.reasoning), .integer(usage.cacheWrite5m),
            .integer(usage.cacheWrite1h), .integer(usage.cacheRead),
            .integer(usage.webSearches), SQLValue(telling.speed), SQLValue(telling.geography),
            SQLValue(telling.stopReason), SQLValue(telling.isError),
            SQLValue(telling.toolMicrodollars), SQLValue(telling.contextWindow),
            SQLValue(cost), SQLValue(priceVersion),
        ]
    }

    /// What it adds to its session; an error adds nothing.
    var totals: SessionTotals {
        guard !telling.isError else { return SessionTotals() }
        var totals = SessionTotals(.responses)
        totals[.inputTokens] = telling.usage.input
        totals[.outputTokens] = telling.usage.output
        totals[.cacheWriteTokens] = telling.usage.cacheWrite
        totals[.cacheReadTokens] = telling.usage.cacheRead
        totals[.cost] = cost ?? 0
        totals[.unpriced] = cost == nil ? 1 : 0
        return totals
    }

    /// The model that its session used for it; none for an error.
    var countedModel: String? { telling.isError ? nil : telling.model }

    /// Prices it by its model and its time.
    mutating func price(by pricing: any Pricing) {
        cost = nil
        priceVersion = nil
        guard !telling.isError, let model = telling.model,
            let price = pricing.price(
                model: model,
                usage: telling.usage,
                speed: telling.speed,
                geography: telling.geography,
                at: who.timestamp.map { WallTime(nanoseconds: $0) }
            )
        else { return }
        cost = price.microdollars
        priceVersion = price.version
    }
}

extension ResponseFact {
    /// Whether this telling counts rather than `other`: the larger total, then one with a speed, one that tells how
    /// it ended, and last anything that does not depend on which came first.
    func outweighs(_ other: ResponseFact) -> Bool {
        if usage.total != other.usage.total { return usage.total > other.usage.total }
        if (speed != nil) != (other.speed != nil) { return speed != nil }
        if (stopReason != nil) != (other.stopReason != nil) { return stopReason != nil }
        for (mine, its) in zip(numbers, other.numbers) where mine != its { return mine > its }
        for (mine, its) in zip(texts, other.texts) where mine != its { return mine > its }
        return false
    }

    private var numbers: [Int64] {
        [
            usage.output, usage.cacheRead, usage.cacheWrite1h, usage.cacheWrite5m,
            usage.reasoning, usage.webSearches, toolMicrodollars ?? -1, contextWindow ?? -1,
            isError ? 0 : 1,
        ]
    }

    private var texts: [String] {
        [model ?? "", speed ?? "", stopReason ?? "", geography ?? ""]
    }
}
