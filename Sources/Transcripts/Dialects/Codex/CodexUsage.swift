/// Tokens as Codex counts them: `input` includes `cached` and `written`, `output` includes `reasoning`.
struct CodexUsage: Hashable {
    var input: Int64 = 0
    var cached: Int64 = 0
    /// To the cache; told since the middle of 2026.
    var written: Int64 = 0
    var output: Int64 = 0
    var reasoning: Int64 = 0
    var total: Int64 = 0

    init() {}

    /// A `total_token_usage` or `last_token_usage`; nil when it is no object.
    init?(_ value: JSONValue?) {
        guard let value, value.kind == .object else { return nil }
        var given: Int64?
        for (name, member) in value.members {
            guard let number = member.int, number >= 0 else { continue }
            if name.equals("input_tokens") {
                input = number
            } else if name.equals("cached_input_tokens") || name.equals("cache_read_input_tokens") {
                cached = number
            } else if name.equals("cache_write_input_tokens") {
                written = number
            } else if name.equals("output_tokens") {
                output = number
            } else if name.equals("reasoning_output_tokens") {
                reasoning = number
            } else if name.equals("total_tokens") {
                given = number
            }
        }
        total = given ?? input &+ output
    }

    /// What was used since `earlier`; nil when any count went back.
    func since(_ earlier: CodexUsage) -> CodexUsage? {
        var delta = CodexUsage()
        delta.input = input &- earlier.input
        delta.cached = cached &- earlier.cached
        delta.written = written &- earlier.written
        delta.output = output &- earlier.output
        delta.reasoning = reasoning &- earlier.reasoning
        delta.total = total &- earlier.total
        return delta.parts.allSatisfy { $0 >= 0 } ? delta : nil
    }

    /// Each token in one class.
    var billable: TokenUsage {
        var usage = TokenUsage()
        let read = min(cached, input)
        usage.cacheRead = read
        usage.cacheWrite5m = min(written, input - read)
        usage.input = input - read - usage.cacheWrite5m
        usage.output = output
        usage.reasoning = min(reasoning, output)
        return usage
    }

    func write(_ writer: inout StateWriter) {
        for part in parts { writer.signed(part) }
    }

    private var parts: [Int64] { [input, cached, written, output, reasoning, total] }

    static func read(_ reader: inout StateReader) -> CodexUsage? {
        var usage = CodexUsage()
        guard let input = reader.signed(), let cached = reader.signed(),
            let written = reader.signed(),
            let output = reader.signed(), let reasoning = reader.signed(),
            let total = reader.signed()
        else { return nil }
        usage.input = input
        usage.cached = cached
        usage.written = written
        usage.output = output
        usage.reasoning = reasoning
        usage.total = total
        return usage
    }
}
