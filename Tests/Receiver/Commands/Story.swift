import Catalog
import Core
import Transcripts

/// Records of one file, told one after another.
struct Story {
    /// When it begins: 2026-11-05 23:50 UTC, a Thursday.
    static let start = WallTime(iso8601: "2026-11-05T23:50:00Z") ?? WallTime(nanoseconds: 0)

    private(set) var items: [FileBatch.Item] = []
    private static let analyser = Analyser()
    /// Whether texts and calls are classified as the receiver does it.
    var isAnalysed = true

    /// A record, so many seconds behind the start; nil for one without a time.
    mutating func tell(
        _ seconds: Int64?,
        _ session: String,
        _ facts: [Fact],
        isSidechain: Bool = false
    ) {
        var entry = Entry(
            position: RecordPosition(offset: UInt64(items.count + 1) * 100, length: 99),
            kind: "message"
        )
        entry.eventKey = "e\(items.count + 1) \(session) \(seconds ?? -1)"
        entry.session = session
        entry.timestamp = seconds.map { Story.start + .seconds($0) }
        entry.isSidechain = isSidechain
        entry.facts = facts
        items.append(
            FileBatch.Item(entry, isAnalysed ? Story.analyser.analyse(entry) : EntryAnalysis())
        )
    }

    static func message(
        _ block: Int,
        _ role: Role,
        _ kind: MessageKind,
        _ text: String,
        call: String? = nil,
        model: String? = nil
    ) -> Fact {
        var message = MessageFact(block: block, role: role, kind: kind, text: text)
        message.callID = call
        message.model = model
        return .message(message)
    }

    static func prompt(_ text: String) -> Fact { message(0, .user, .prompt, text) }

    static func response(_ id: String, _ model: String, output: Int64) -> Fact {
        var usage = TokenUsage()
        usage.output = output
        return .response(
            ResponseFact(
                key: ResponseKey(messageID: id, requestID: id),
                model: model,
                usage: usage
            )
        )
    }

    /// A call of a shell.
    static func bash(_ id: String, _ command: String, block: Int = 0) -> [Fact] {
        var call = ToolCallFact(callID: id, block: block, name: "Bash", input: "{}")
        call.command = command
        return [.call(call), message(block, .assistant, .toolUse, command, call: id)]
    }

    /// A call that touches a file.
    static func file(
        _ id: String,
        _ name: String,
        _ path: String,
        _ operation: FileOperation,
        range: String? = nil
    ) -> [Fact] {
        var call = ToolCallFact(callID: id, block: 0, name: name, input: "{}")
        call.filePath = path
        var access = FileAccessFact(ordinal: 0, path: path, operation: operation)
        access.callID = id
        access.range = range
        return [
            .call(call), .access(access), message(0, .assistant, .toolUse, path, call: id),
        ]
    }

    static func result(
        _ id: String,
        _ outcome: ToolOutcome,
        _ text: String = "",
        milliseconds: Int64? = nil
    ) -> [Fact] {
        var result = ToolResultFact(
            callID: id,
            block: 0,
            outcome: outcome,
            size: Int64(text.utf8.count)
        )
        result.durationMilliseconds = milliseconds
        if outcome == .error { result.errorText = text }
        return [.result(result), message(0, .tool, .toolResult, text, call: id)]
    }
}
