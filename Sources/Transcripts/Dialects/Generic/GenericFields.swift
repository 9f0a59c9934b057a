import Core

/// Common names of common things, in the order of their strength.
enum GenericFields {
    /// When a record happened.
    static func time(_ record: JSONValue) -> WallTime? {
        for value in [
            record["timestamp"], record["created_at"], record["createdAt"], record["time"],
            record["ts"], record["startTime"], record["session_start"], record["date"],
            record["datetime"], record["created"], record["start_time"],
        ] {
            guard let value else { continue }
            if let time = Timestamp.parse(value) { return time }
            if let time = Timestamp.parse(value["created"] ?? value["start"]) { return time }
        }
        return nil
    }

    static func id(_ record: JSONValue) -> String? {
        text(record, "uuid") ?? text(record, "id") ?? text(record, "messageId")
    }

    static func parent(_ record: JSONValue) -> String? {
        text(record, "parentUuid") ?? text(record, "parentId") ?? text(record, "parentID")
    }

    static func session(_ record: JSONValue) -> String? {
        for name in [
            "sessionId", "session_id", "sessionID", "conversationId", "conversation_id", "threadId",
            "thread_id",
        ] as [StaticString] {
            if let session = text(record, name) { return session }
        }
        return nil
    }

    static func model(_ record: JSONValue) -> String? {
        for name in ["model", "modelID", "modelId", "model_id", "newModel"] as [StaticString] {
            guard let value = record[name] else { continue }
            if let text = value.nonEmptyString ?? value["modelID"]?.nonEmptyString { return text }
        }
        return nil
    }

    static func callID(_ value: JSONValue) -> String? {
        for name in [
            "tool_use_id", "toolUseId", "toolCallId", "tool_call_id", "callID", "call_id",
            "callId", "toolId",
        ] as [StaticString] {
            if let text = value[name]?.nonEmptyString { return text }
        }
        return nil
    }

    static func text(_ record: JSONValue, _ name: StaticString) -> String? {
        record[name]?.nonEmptyString
    }

    /// What a record says of its session.
    static func sessionFact(_ record: JSONValue) -> SessionFact {
        var fact = SessionFact()
        let place = record["context"]?.kind == .object ? record["context"] : record["path"]
        fact.workingDirectory =
            text(record, "cwd") ?? text(record, "directory") ?? place?["cwd"]?.nonEmptyString
        fact.gitBranch = text(record, "gitBranch") ?? place?["branch"]?.nonEmptyString
        fact.gitRemote = place?["repository"]?.nonEmptyString
        fact.version = text(record, "version") ?? text(record, "copilotVersion")
        let custom =
            text(record, "customTitle") ?? record["systemPayload"]?["customTitle"]?.nonEmptyString
        let given = text(record, "sessionTitle") ?? text(record, "title")
        if let custom {
            fact.title = SessionFact.Title(source: .custom, text: custom)
        } else if let given {
            fact.title = SessionFact.Title(source: .agent, text: given)
        }
        return fact
    }
}
