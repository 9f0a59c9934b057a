/// Finds the part of a record that says something, inside of the envelopes that tools put around it.
enum GenericEnvelope {
    private static let depth = 3
    private static let names: [StaticString] = [
        "payload", "event", "item", "entry", "record", "body", "params", "update",
    ]

    /// The record itself where it says something or nothing in it does.
    ///
    /// The `data` of an event always is its body: its `type` stands outside.
    static func body(of record: JSONValue) -> JSONValue {
        if let data = record["data"], data.kind == .object { return data }
        var body = record
        for _ in 0...depth {
            if says(body) { return body }
            guard
                let inner = names.lazy.compactMap({ body[$0] }).first(where: { $0.kind == .object })
            else { return record }
            body = inner
        }
        return record
    }

    private static func says(_ body: JSONValue) -> Bool {
        GenericReader.role(body) != nil || body["message"]?.kind == .object
            || isCall(body["type"]) || isResult(body["type"])
    }

    /// Whether a record of this type is a call and nothing else.
    static func isCall(_ type: JSONValue?) -> Bool {
        calls.contains { type?.equals($0) == true }
    }

    /// Whether a record of this type is the result of a call and nothing else.
    static func isResult(_ type: JSONValue?) -> Bool {
        results.contains { type?.equals($0) == true }
    }

    private static let calls: [StaticString] = [
        "tool.execution_start", "tool_call", "tool_use", "function_call", "toolCall",
    ]
    private static let results: [StaticString] = [
        "tool.execution_complete", "tool_result", "toolResult", "function_call_output",
        "function_result", "tool_output",
    ]
}
