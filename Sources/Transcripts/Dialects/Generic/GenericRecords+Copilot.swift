extension GenericRecords {
    /// Reads an event of Copilot that is no message, call or result; false for all others.
    ///
    /// An `assistant.message` is noted, and goes on to be read as a message.
    mutating func readCopilot(
        _ data: JSONValue,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) -> Bool {
        switch entry.kind {
        case "assistant.message":
            readOutput(data, reader.response, &entry)
            return false
        case "session.resume":
            memory.meter.resume()
            memory.model = data["selectedModel"]?.nonEmptyString ?? memory.model
        case "session.start":
            memory.model = data["selectedModel"]?.nonEmptyString ?? memory.model
        case "session.shutdown": readShutdown(data, &entry)
        case "session.error", "session.warning", "session.info", "system.notification":
            let text = data["message"] ?? data["content"]
            guard let text = text?.nonEmptyString else { return true }
            let isError = entry.kind == "session.error"
            reader.add(text, .system, isError ? .apiError : .system, &entry)
        case "abort":
            let reason = data["reason"]?.nonEmptyString ?? "interrupted"
            reader.add("Aborted: " + reason, .user, .interruption, &entry)
        case "assistant.reasoning":
            guard let text = data["content"]?.nonEmptyString else { return true }
            reader.add(text, .assistant, .thinking, &entry)
        case "session.truncation":
            var fact = CompactionFact()
            fact.isPartial = true
            fact.tokensBefore = data["preTruncationTokensInMessages"]?.int
            fact.tokensAfter = data["postTruncationTokensInMessages"]?.int
            entry.facts.append(.compaction(fact))
        case "user.message":
            readAttachments(data, &entry)
            return false
        default: return false
        }
        return true
    }

    private mutating func readOutput(
        _ data: JSONValue,
        _ key: ResponseKey?,
        _ entry: inout Entry
    ) {
        guard let key else { return }
        let output = min(max(0, data["outputTokens"]?.int ?? 0), 1 << 50)
        let model = data["model"]?.nonEmptyString ?? memory.model
        memory.meter.tell(
            CopilotMeter.Told(
                key: key.messageID,
                model: model ?? "",
                output: output,
                isSide: entry.isSidechain
            )
        )
        guard output > 0 else { return }
        var usage = TokenUsage()
        usage.output = output
        var fact = ResponseFact(key: key, model: model, usage: usage)
        fact.effort = memory.effort
        entry.facts.append(.response(fact))
    }

    private mutating func readShutdown(_ data: JSONValue, _ entry: inout Entry) {
        guard let metrics = data["modelMetrics"], metrics.kind == .object else { return }
        let facts = memory.meter.shutdown(
            metrics,
            current: data["currentModel"]?.nonEmptyString ?? memory.model,
            key: memory.session + "/shutdown/" + (entry.uuid ?? entry.eventKey ?? "")
        )
        entry.facts += facts.map { .response($0) }
    }

    /// `{type: file | directory, path}` that a person put to a prompt.
    private func readAttachments(_ data: JSONValue, _ entry: inout Entry) {
        for attachment in data["attachments"]?.elements ?? JSONElements(data) {
            let path = attachment["path"] ?? attachment["filePath"]
            guard let path = path?.nonEmptyString else { continue }
            entry.facts.append(
                .access(
                    FileAccessFact(ordinal: entry.accessCount, path: path, operation: .attach)
                )
            )
        }
    }
}
