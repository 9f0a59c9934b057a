/// Usage of the forms that can be told without a guess.
///
/// Counted is only an object of one of these forms whose record has an identifier, as then a repetition is the
/// same response. Copilot's shutdown totals (cumulative over resumes) and its lone `outputTokens`, OpenAI's
/// `prompt_tokens` without a response id, and every other form stay uncounted: a session without tokens is seen
/// as such, one with doubled tokens is not.
enum GenericUsage {
    /// The usage in a message or a record; nil when there is none of a known form.
    static func of(_ record: JSONValue) -> TokenUsage? {
        if let usage = record["usage"], usage.kind == .object {
            return anthropic(usage) ?? pi(usage)
        }
        if let tokens = record["tokens"], tokens.kind == .object { return openCode(tokens) }
        if let usage = record["usageMetadata"], usage.kind == .object { return google(usage) }
        return nil
    }

    /// What the tool says that it cost, in millionths of a dollar.
    static func cost(_ record: JSONValue) -> Int64? {
        let cost = record["usage"]?["cost"]?["total"] ?? record["cost"]
        guard let dollars = cost?.double, dollars > 0, dollars < 1e9 else { return nil }
        return Int64(exactly: (dollars * 1e6).rounded())
    }

    /// `{input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens}`: the API's own.
    private static func anthropic(_ usage: JSONValue) -> TokenUsage? {
        guard let input = count(usage["input_tokens"]), let output = count(usage["output_tokens"]),
            usage["cache_read_input_tokens"] != nil || usage["cache_creation_input_tokens"] != nil
        else { return nil }
        var tokens = TokenUsage()
        tokens.input = input
        tokens.output = output
        tokens.cacheRead = count(usage["cache_read_input_tokens"]) ?? 0
        tokens.cacheWrite5m = count(usage["cache_creation_input_tokens"]) ?? 0
        return tokens
    }

    /// `{input, output, cacheRead, cacheWrite, cacheWrite1h?, reasoning?}`: Pi's; input is without cache.
    private static func pi(_ usage: JSONValue) -> TokenUsage? {
        guard let input = count(usage["input"]), let output = count(usage["output"]) else {
            return nil
        }
        var tokens = TokenUsage()
        tokens.input = input
        tokens.output = output
        tokens.reasoning = min(count(usage["reasoning"]) ?? 0, output)
        tokens.cacheRead = count(usage["cacheRead"]) ?? 0
        let written = count(usage["cacheWrite"]) ?? 0
        tokens.cacheWrite1h = min(count(usage["cacheWrite1h"]) ?? 0, written)
        tokens.cacheWrite5m = written - tokens.cacheWrite1h
        return tokens
    }

    /// `{input, output, reasoning, cache{read, write}, total?}`, as OpenCode has it.
    ///
    /// It bills reasoning beside the output;
    /// where a total says that the output has it already, it is not added.
    private static func openCode(_ usage: JSONValue) -> TokenUsage? {
        guard let input = count(usage["input"]), let output = count(usage["output"]) else {
            return nil
        }
        var tokens = TokenUsage()
        tokens.input = input
        tokens.cacheRead = count(usage["cache"]?["read"]) ?? 0
        tokens.cacheWrite5m = count(usage["cache"]?["write"]) ?? 0
        tokens.reasoning = count(usage["reasoning"]) ?? 0
        let without = input &+ output &+ tokens.cacheRead &+ tokens.cacheWrite5m
        let isInside = count(usage["total"]) == without
        tokens.output = isInside ? output : output &+ tokens.reasoning
        tokens.reasoning = min(tokens.reasoning, tokens.output)
        return tokens
    }

    /// `{promptTokenCount, candidatesTokenCount, thoughtsTokenCount, cachedContentTokenCount, totalTokenCount}`,
    /// as Google's API and Qwen have it.
    ///
    /// The total tells whether the thoughts stand beside the candidates.
    private static func google(_ usage: JSONValue) -> TokenUsage? {
        guard let prompt = count(usage["promptTokenCount"]),
            let candidates = count(usage["candidatesTokenCount"])
        else { return nil }
        let cached = min(count(usage["cachedContentTokenCount"]) ?? 0, prompt)
        let thoughts = count(usage["thoughtsTokenCount"]) ?? 0
        let isBeside = count(usage["totalTokenCount"]) == prompt &+ candidates &+ thoughts
        var tokens = TokenUsage()
        tokens.input = prompt - cached
        tokens.cacheRead = cached
        tokens.output = isBeside ? candidates &+ thoughts : candidates
        tokens.reasoning = min(thoughts, tokens.output)
        return tokens
    }

    private static func count(_ value: JSONValue?) -> Int64? {
        guard let number = value?.int, number >= 0, number < 1 << 50 else { return nil }
        return number
    }
}
