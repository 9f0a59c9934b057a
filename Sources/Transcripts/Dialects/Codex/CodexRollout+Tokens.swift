extension CodexRollout {
    /// A `token_count`: `info` is null or `{total_token_usage, last_token_usage, model_context_window}`.
    ///
    /// The total is cumulative over the session, so an event that repeats it tells nothing new, and the use is
    /// the difference. A fork copies its parent's counts and goes on from them: those of the copied beginning
    /// are taken as the point to go on from, and not counted.
    mutating func readTokens(_ event: JSONValue, _ entry: inout Entry) {
        guard let info = event["info"], info.kind == .object else { return }
        let last = CodexUsage(info["last_token_usage"])
        if let last, last.input > 0 { memory.context = last.input }
        if let model = Self.model(event, info) { memory.model = model }
        guard let total = CodexUsage(info["total_token_usage"]) else {
            if let last, !memory.isReplay { append(last, key: nil, info, &entry) }
            return
        }
        let earlier = memory.total
        guard total != earlier else { return }
        memory.total = total
        guard let used = use(total, since: earlier, last) else { return }
        let turn = memory.turn ?? memory.session
        let epoch = memory.turn != nil && memory.epoch == 0 ? "/" : "/\(memory.epoch)/"
        append(used, key: turn + epoch + String(total.total), info, &entry)
    }

    /// The model that a count itself tells, as some versions and exporters of rollouts have it.
    private static func model(_ event: JSONValue, _ info: JSONValue) -> String? {
        for value in [info["model"], info["model_name"], event["model"], event["model_name"]] {
            if let model = value?.nonEmptyString { return model }
        }
        return nil
    }

    /// What a count adds; nil in a copied beginning.
    private mutating func use(
        _ total: CodexUsage,
        since earlier: CodexUsage?,
        _ last: CodexUsage?
    ) -> CodexUsage? {
        if let earlier, let used = total.since(earlier) { return memory.isReplay ? nil : used }
        if earlier != nil { memory.epoch += 1 }
        if memory.isReplay { return nil }
        // A derived session may go on from a total that it never told.
        return earlier == nil && !memory.isDerived ? total : last ?? total
    }

    private func append(
        _ used: CodexUsage,
        key: String?,
        _ info: JSONValue,
        _ entry: inout Entry
    ) {
        // A context that is full is told as a total without parts.
        guard used.billable.total > 0 else { return }
        var fact = ResponseFact(
            key: key.map { ResponseKey(messageID: $0) },
            model: memory.model,
            usage: used.billable
        )
        fact.effort = memory.effort
        fact.contextWindow = info["model_context_window"]?.int
        entry.facts.append(.response(fact))
    }
}
