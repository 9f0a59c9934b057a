/// Usage of the forms that can be told without a guess.
///
/// Counted is only an object of one of these forms, in a record of an answer: sums and records of usage alone stay
/// uncounted, as a session without tokens is seen as such, one with doubled tokens is not. Copilot's have
/// `CopilotMeter`.
enum GenericUsage {
    /// The usage in a message or a record; nil when there is none of a known form.
    static func of(_ record: JSONValue) -> TokenUsage? {
        for name in ["usage", "token_usage", "tokenUsage"] as [StaticString] {
            guard let usage = record[name], usage.kind == .object else { continue }
            let found = openAI(usage) ?? anthropic(usage) ?? pi(usage) ?? sdk(usage)
            if let found { return found }
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

    /// OpenAI's, with the cached tokens in the input and the reasoning in the output:
    /// `{prompt_tokens, completion_tokens, prompt_tokens_details{cached_tokens}, …}`, or
    /// `{input_tokens, output_tokens, input_tokens_details{cached_tokens}, …}`.
    private static func openAI(_ usage: JSONValue) -> TokenUsage? {
        let isChat = usage["prompt_tokens"] != nil
        let inputs = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
        let outputs = usage["completion_tokens_details"] ?? usage["output_tokens_details"]
        let cached = inputs?["cached_tokens"] ?? usage["cached_input_tokens"]
        guard isChat || cached != nil,
            let input = count(usage["prompt_tokens"] ?? usage["input_tokens"]),
            let output = count(usage["completion_tokens"] ?? usage["output_tokens"])
        else { return nil }
        var tokens = TokenUsage()
        tokens.cacheRead = min(count(cached) ?? 0, input)
        tokens.input = input - tokens.cacheRead
        tokens.output = output
        tokens.reasoning = min(count(outputs?["reasoning_tokens"]) ?? 0, output)
        return tokens
    }

    /// `{inputTokens, outputTokens, cachedInputTokens, reasoningTokens}`, or `{promptTokens, completionTokens}`: of
    /// Vercel's AI SDK, which counts as OpenAI does.
    private static func sdk(_ usage: JSONValue) -> TokenUsage? {
        guard let input = count(usage["inputTokens"] ?? usage["promptTokens"]),
            let output = count(usage["outputTokens"] ?? usage["completionTokens"])
        else { return nil }
        var tokens = TokenUsage()
        tokens.cacheRead = min(count(usage["cachedInputTokens"]) ?? 0, input)
        tokens.input = input - tokens.cacheRead
        tokens.output = output
        tokens.reasoning = min(count(usage["reasoningTokens"]) ?? 0, output)
        return tokens
    }

    /// `{input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens}`: the API's own.
    private static func anthropic(_ usage: JSONValue) -> TokenUsage? {
        guard let input = count(usage["input_tokens"]), let output = count(usage["output_tokens"])
        else { return nil }
        var tokens = TokenUsage()
        tokens.input = input
        tokens.output = output
        tokens.cacheRead = count(usage["cache_read_input_tokens"]) ?? 0
        let written = count(usage["cache_creation_input_tokens"]) ?? 0
        let hour = count(usage["cache_creation"]?["ephemeral_1h_input_tokens"]) ?? 0
        tokens.cacheWrite1h = hour
        tokens.cacheWrite5m = max(
            count(usage["cache_creation"]?["ephemeral_5m_input_tokens"]) ?? 0,
            written - min(hour, written)
        )
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
