/// A tool call with its result, as it stands in a message.
struct GeminiCall {
    var id: String?
    var name: String
    var input: String
    var command: String?
    var filePath: String?
    var query: String?
    var directory: String?
    var server: String?
    /// Nil while the call runs.
    var outcome: ToolOutcome?
    var output = ""
    var exitCode: Int64?
    /// The file that was touched; its ordinal is not set.
    var access: FileAccessFact?

    init(_ call: JSONValue) {
        id = call["id"]?.nonEmptyString
        name = call["name"]?.nonEmptyString ?? "unknown"
        let arguments = call["args"]
        input = arguments?.json() ?? ""
        server = ToolInput.server(of: name)
        if let arguments { take(arguments) }
        takeResult(call)
        takeAccess(call, arguments)
    }

    private mutating func take(_ arguments: JSONValue) {
        for (member, value) in arguments.members {
            if member.equals("command") {
                command = value.nonEmptyString
            } else if member.equals("file_path") || member.equals("absolute_path") {
                filePath = value.nonEmptyString
            } else if member.equals("path") || member.equals("dir_path")
                || member.equals("directory")
                || member.equals("cwd")
            {
                directory = directory ?? value.nonEmptyString
            } else if member.equals("pattern") || member.equals("query") || member.equals("url")
                || member.equals("prompt")
            {
                query = query ?? value.nonEmptyString
            }
        }
    }

    private mutating func takeResult(_ call: JSONValue) {
        let result = call["result"]
        output = Self.text(of: result) ?? call["resultDisplay"]?.string ?? ""
        let status = call["status"]
        if status?.equals("success") == true {
            outcome = .success
        } else if status?.equals("error") == true {
            outcome = .error
        } else if status?.equals("cancelled") == true {
            outcome = output.contains("did not allow") ? .denied : .interrupted
        } else if status == nil, let result, !result.isNull {
            outcome = .success
        }
        guard command != nil, let code = Self.exitCode(output) else { return }
        exitCode = code
        if code != 0, outcome == .success { outcome = .error }
    }

    /// A text, or a list of parts `{functionResponse: {response: {output | error}}}`, `{text}`.
    private static func text(of result: JSONValue?) -> String? {
        guard let result else { return nil }
        if let text = result.string { return text }
        var texts: [String] = []
        for part in result.elements {
            if let text = part["text"]?.nonEmptyString ?? part.nonEmptyString {
                texts.append(text)
            } else if let response = part["functionResponse"]?["response"] {
                let text = (response["output"] ?? response["error"])?.string
                texts.append(text ?? response.json())
            }
        }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    /// The number behind the last "Exit Code: ".
    private static func exitCode(_ output: String) -> Int64? {
        let mark = Array("Exit Code: ".utf8)
        let bytes = Array(output.utf8.suffix(4_096))
        guard bytes.count > mark.count else { return nil }
        for start in stride(from: bytes.count - mark.count, through: 0, by: -1)
        where bytes[start] == mark[0] && bytes[start...].starts(with: mark) {
            let digits = bytes[(start + mark.count)...].prefix {
                (48...57).contains($0) || $0 == 45
            }
            return Int64(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }

    private mutating func takeAccess(_ call: JSONValue, _ arguments: JSONValue?) {
        guard let operation, let path = filePath ?? directory else { return }
        var access = FileAccessFact(ordinal: 0, path: path, operation: operation)
        access.callID = id
        let changes = call["resultDisplay"]?["diffStat"]
        access.linesAdded = changes?["model_added_lines"]?.int
        access.linesRemoved = changes?["model_removed_lines"]?.int
        if operation == .read, let arguments {
            let start = (arguments["offset"] ?? arguments["start_line"])?.int
            let end = (arguments["limit"] ?? arguments["end_line"])?.int
            if start != nil || end != nil {
                access.range = String(start ?? 0) + "+" + (end.map { String($0) } ?? "")
            }
        }
        self.access = access
    }

    private var operation: FileOperation? {
        switch name {
        case "read_file": .read
        case "write_file": .write
        case "replace", "edit": .edit
        case "list_directory": .list
        case "glob", "grep_search", "search_file_content", "grep": .search
        default: nil
        }
    }
}
