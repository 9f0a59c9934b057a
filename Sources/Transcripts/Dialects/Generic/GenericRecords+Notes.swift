extension GenericRecords {
    /// Reads a record that is no message, call or result; false when it is of no such type.
    mutating func readNote(
        _ record: JSONValue,
        _ body: JSONValue,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) -> Bool {
        if record["data"]?.kind == .object, readCopilot(body, &reader, &entry) { return true }
        let subtype = record["subtype"]
        if entry.kind.contains("compaction") || entry.kind == "compact"
            || subtype?.equals("chat_compression") == true
        {
            readCompaction(body, &reader, &entry)
        } else if entry.kind == "branch_summary" {
            guard let summary = body["summary"]?.nonEmptyString else { return true }
            reader.add(summary, .user, .compactSummary, &entry)
        } else if entry.kind == "custom_message" {
            reader.read(body, role: .user, isMeta: true, &entry)
        } else if entry.kind == "error" {
            let text = body["message"] ?? body["error"] ?? body["text"]
            guard let text = text?.nonEmptyString ?? text?["message"]?.nonEmptyString else {
                return true
            }
            reader.add(text, .system, .apiError, &entry)
        } else if subtype?.equals("slash_command") == true {
            let payload = record["systemPayload"]
            guard payload?["phase"]?.equals("result") != true else { return true }
            guard let command = payload?["rawCommand"]?.nonEmptyString else { return true }
            reader.add(command, .user, .slashCommand, &entry)
        } else if subtype?.equals("rewind") == true {
            readRewind(record, &entry)
        } else {
            return readShell(body["message"], &reader, &entry)
        }
        return true
    }

    /// Qwen goes back to a message: what was said behind it no longer counts.
    private mutating func readRewind(_ record: JSONValue, _ entry: inout Entry) {
        let target = record["systemPayload"]?["targetUuid"] ?? record["parentUuid"]
        guard let target = target?.nonEmptyString else { return }
        let keys = memory.rewind(to: target)
        guard !keys.isEmpty else { return }
        entry.facts.append(.retraction(RetractionFact(keys: keys, version: 1)))
    }

    /// Pi's `{role: bashExecution, command, output}`: what a person ran with "!".
    private func readShell(
        _ message: JSONValue?,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) -> Bool {
        guard let message, message["role"]?.equals("bashExecution") == true else { return false }
        if let command = message["command"]?.nonEmptyString {
            reader.add(command, .user, .slashCommand, &entry)
        }
        if let output = message["output"]?.nonEmptyString {
            reader.add(output, .user, .commandOutput, &entry)
        }
        return true
    }

    private func readCompaction(
        _ body: JSONValue,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) {
        // Only what ends one tells it.
        guard !entry.kind.hasSuffix("start"), !entry.kind.hasPrefix("full_compaction") else {
            return
        }
        let payload = body["systemPayload"]?["info"] ?? body
        var fact = CompactionFact()
        fact.tokensBefore =
            (payload["tokensBefore"] ?? payload["preCompactionTokens"]
            ?? payload["originalTokenCount"])?.int
        fact.tokensAfter = (payload["tokensAfter"] ?? payload["newTokenCount"])?.int
        entry.facts.append(.compaction(fact))
        if let summary = (body["summary"] ?? body["summaryContent"])?.nonEmptyString {
            reader.add(summary, .user, .compactSummary, &entry)
        }
    }
}
