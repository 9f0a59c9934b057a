/// What the input of a call tells.
struct ClaudeInput {
    let name: String
    /// The whole input as compact JSON.
    let text: String
    private(set) var server: String?
    private(set) var filePath: String?
    private(set) var command: String?
    private(set) var query: String?
    private(set) var directory: String?
    private(set) var operation: FileOperation?
    private(set) var range: String?
    private(set) var size: Int64?
    private var offset: Int64?
    private var limit: Int64?

    init(_ block: JSONValue) {
        name = block["name"]?.string ?? ""
        let input = block["input"]
        text = input.map { $0.string ?? $0.json() } ?? "{}"
        if name.hasPrefix("mcp__") { server = ToolInput.server(of: name) }
        server = server ?? block["server_name"]?.nonEmptyString
        operation = ClaudeInput.operation(of: name)
        var paths: [StaticString] = ["file_path", "notebook_path", "filePath", "filepath"]
        if operation != .search, operation != .list { paths.append("path") }
        guard let input else { return }
        for (member, value) in input.members {
            take(member, value, paths)
        }
        finish()
    }

    /// The input as a person reads it.
    var readable: String { command ?? text }

    private mutating func take(_ member: JSONValue, _ value: JSONValue, _ paths: [StaticString]) {
        if paths.contains(where: { member.equals($0) }) {
            filePath = filePath ?? value.nonEmptyString
        } else if ["path", "directory", "dir"].contains(where: { member.equals($0) }) {
            directory = directory ?? value.nonEmptyString
        } else if member.equals("command") {
            command = value.nonEmptyString ?? ToolInput.command(words: value)
        } else if ClaudeInput.queries.contains(where: { member.equals($0) }) {
            query = query ?? value.nonEmptyString
        } else if member.equals("description"), name == "Task" || name == "Agent" {
            query = query ?? value.nonEmptyString
        } else if member.equals("questions"), query == nil {
            query = value.elements.first { _ in true }?["question"]?.nonEmptyString
        } else if member.equals("content"), operation == .write {
            size = value.textSize
        } else if member.equals("offset") {
            offset = value.int
        } else if member.equals("limit") {
            limit = value.int
        }
    }

    private static let queries: [StaticString] = [
        "pattern", "query", "url", "question", "skill", "subject", "q",
    ]

    private mutating func finish() {
        guard operation == .read, offset != nil || limit != nil else { return }
        range = String(offset ?? 0) + "+" + (limit.map { String($0) } ?? "")
    }

    /// What a tool of that name does to the file, or in the folder, that it names; nil for all others.
    ///
    /// Clones of Claude Code write the names in lower case; View, Replace and …Tool are of 0.2.x.
    private static func operation(of name: String) -> FileOperation? {
        guard name.utf8.count <= 16 else { return nil }
        return switch name.lowercased() {
        case "read", "view", "notebookread", "readnotebook", "read_file": .read
        case "edit", "multiedit", "notebookedit", "notebookeditcell", "edit_file": .edit
        case "write", "replace", "write_file": .write
        case "grep", "glob", "greptool", "globtool": .search
        case "ls": .list
        default: nil
        }
    }
}
