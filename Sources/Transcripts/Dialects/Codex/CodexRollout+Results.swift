import Core

extension CodexRollout {
    /// An output of a call.
    mutating func readOutput(_ item: JSONValue, _ entry: inout Entry) {
        let callID = item["call_id"]?.nonEmptyString
        guard let value = item["output"] ?? item["tools"] ?? item["result"] else { return }
        var output = CodexOutput(text: "")
        var type = "string"
        if let bytes = value.bytes {
            output = CodexOutput(bytes, inner)
        } else if value.kind == .object, let content = value["content"] ?? value["text"] {
            output = content.bytes.map { CodexOutput($0, inner) } ?? output
            if value["success"]?.bool == false { output.outcome = .error }
        } else if value.kind == .array, item["tools"] == nil {
            type = "blocks"
            output.text = readBlocks(value, callID, &entry)
        } else {
            output.text = value.json()
        }
        append(output, callID, type, &entry)
        guard let callID, let at = memory.patches.lastIndex(where: { $0.callID == callID }) else {
            return
        }
        let pending = memory.patches.remove(at: at)
        if output.outcome == .success { append(pending.files, callID, &entry) }
    }

    /// The texts of an output's blocks; its images become attachments.
    private mutating func readBlocks(
        _ blocks: JSONValue,
        _ callID: String?,
        _ entry: inout Entry
    ) -> String {
        var texts: [String] = []
        for block in blocks.elements {
            if let text = block["text"]?.nonEmptyString {
                texts.append(text)
            } else {
                addImage(block["image_url"], callID: callID, .response, &entry)
            }
        }
        return texts.joined(separator: "\n")
    }

    private mutating func append(
        _ output: CodexOutput,
        _ callID: String?,
        _ type: String,
        _ entry: inout Entry
    ) {
        var fact = ToolResultFact(
            callID: callID,
            block: 0,
            outcome: output.outcome,
            size: Int64(output.text.utf8.count)
        )
        fact.errorText = output.errorText
        fact.type = type
        fact.exitCode = output.exitCode
        fact.durationMilliseconds = output.milliseconds
        entry.facts.append(.result(fact))
        guard !output.text.isEmpty else { return }
        add(text: output.text, role: .tool, kind: .toolResult, callID: callID, to: &entry)
    }

    /// Adds what a patch did to files.
    mutating func append(_ files: [CodexPatch], _ callID: String?, _ entry: inout Entry) {
        var ordinal = 0
        for file in files {
            for access in file.accesses(callID: callID, from: ordinal) {
                entry.facts.append(.access(access))
                ordinal += 1
            }
        }
    }

    /// The end of a command, which knows exit code and time better than the output that the model was given.
    mutating func readCommandEnd(_ event: JSONValue, _ callID: String?, _ entry: inout Entry) {
        var ordinal = 0
        for part in (event["parsed_cmd"] ?? event["command_actions"])?.elements
            ?? JSONElements(event)
        {
            guard let type = part["type"] else { continue }
            let operation: FileOperation
            if type.equals("read") {
                operation = .read
            } else if type.equals("list_files") {
                operation = .list
            } else if type.equals("search") {
                operation = .search
            } else {
                continue
            }
            guard let path = part["path"]?.nonEmptyString else { continue }
            var access = FileAccessFact(ordinal: ordinal, path: path, operation: operation)
            access.callID = callID
            entry.facts.append(.access(access))
            ordinal += 1
        }
        let output = event["aggregated_output"] ?? event["stdout"]
        var fact = ToolResultFact(
            callID: callID,
            block: 0,
            outcome: .success,
            size: Int64(output?.bytes?.count ?? 0)
        )
        fact.exitCode = event["exit_code"]?.int
        let status = event["status"]
        if status?.equals("declined") == true {
            fact.outcome = .denied
        } else if status?.equals("failed") == true || (fact.exitCode ?? 0) != 0 {
            fact.outcome = .error
        }
        finish(&fact, event, error: output, &entry)
    }

    /// The end of a call of an MCP server: `result` is `{Ok: {content, isError}}`, `{Err: text}` or the content.
    mutating func readServerCallEnd(_ event: JSONValue, _ callID: String?, _ entry: inout Entry) {
        let result = event["result"]
        let good = result?["Ok"] ?? result
        let error = result?["Err"] ?? event["error"]
        var size = 0
        var first: JSONValue?
        for block in good?["content"]?.elements ?? JSONElements(event) {
            let text = block["text"]
            size += text?.bytes?.count ?? 0
            first = first ?? text
        }
        var fact = ToolResultFact(callID: callID, block: 0, outcome: .success, size: Int64(size))
        if error?.bytes != nil || good?["isError"]?.bool == true || good?["is_error"]?.bool == true
        {
            fact.outcome = .error
        }
        finish(&fact, event, error: error?.bytes == nil ? first : error, &entry)
    }

    /// The end of a patch: what it did to files.
    mutating func readPatchEnd(_ event: JSONValue, _ callID: String?, _ entry: inout Entry) {
        memory.patches.removeAll { $0.callID == callID }
        let status = event["status"]
        let output = event["stdout"]
        var fact = ToolResultFact(
            callID: callID,
            block: 0,
            outcome: .success,
            size: Int64(output?.bytes?.count ?? 0)
        )
        if status?.equals("declined") == true {
            fact.outcome = .denied
        } else if event["success"]?.bool == false || status?.equals("failed") == true {
            fact.outcome = .error
        }
        if fact.outcome == .success {
            append(CodexPatch.files(inChanges: event["changes"]), callID, &entry)
        }
        let error = event["stderr"]
        finish(&fact, event, error: error?.bytes?.isEmpty == false ? error : output, &entry)
    }

    /// The event's word on a result wins over the output's.
    private mutating func finish(
        _ fact: inout ToolResultFact,
        _ event: JSONValue,
        error: JSONValue?,
        _ entry: inout Entry
    ) {
        fact.version = 1
        fact.type = "string"
        if fact.outcome != .success {
            fact.errorText = error?.string.map { String($0.prefix(2_000)) }
        }
        if let duration = event["duration"], duration.kind == .object {
            let seconds = duration["secs"]?.int ?? 0
            let nanoseconds = duration["nanos"]?.int ?? 0
            if seconds >= 0, seconds < 1 << 40 {
                fact.durationMilliseconds = seconds * 1_000 + nanoseconds / 1_000_000
            }
        } else {
            fact.durationMilliseconds = event["duration_ms"]?.int
        }
        entry.facts.append(.result(fact))
    }
}
