/// What the input of a call tells.
struct ToolInput {
    var name: String
    var server: String?
    /// As Codex wrote it.
    var input = ""
    var command: String?
    var filePath: String?
    var query: String?
    var directory: String?
    /// What the call does to `filePath`, or to `directory`.
    var operation: FileOperation?
    var range: String?
    var patch: [CodexPatch] = []

    /// MCP tools stand as `mcp__<server>` with a name, as `mcp__<server>__<tool>`, or as `<server>__<tool>`.
    init(name: String, namespace: String?) {
        self.name = name
        if let namespace, namespace.hasPrefix("mcp__") {
            self.name = namespace + (namespace.hasSuffix("__") ? "" : "__") + name
        }
        server = Self.server(of: self.name)
    }

    /// The input as a person reads it.
    var readable: String { command ?? input }

    /// Reads arguments: an object, or JSON in a string, or a patch.
    mutating func read(_ arguments: JSONValue?, _ inner: InnerJSON) {
        guard let arguments, !arguments.isNull else { return }
        guard let bytes = arguments.bytes else {
            input = arguments.json()
            take(arguments)
            return
        }
        input = String(decoding: bytes, as: UTF8.self)
        if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            let taken: ToolInput? = inner.parse(bytes) { value in
                var call = self
                call.take(value)
                return call
            }
            if let taken { self = taken }
        } else if name == "apply_patch" {
            patch = CodexPatch.files(in: bytes)
        }
    }

    private mutating func take(_ arguments: JSONValue) {
        for (member, value) in arguments.members {
            if member.equals("command") || member.equals("cmd") {
                takeCommand(value)
            } else if Self.isOne(member, of: ["workdir", "cwd", "working_directory", "dir_path"]) {
                directory = directory ?? value.nonEmptyString
            } else if Self.isOne(member, of: Self.paths) {
                filePath = filePath ?? value.nonEmptyString
            } else if Self.isOne(member, of: ["query", "pattern", "url", "question", "q"]) {
                query = query ?? value.nonEmptyString
            } else if name == "apply_patch", Self.isOne(member, of: ["input", "patch"]),
                let text = value.bytes
            {
                patch = CodexPatch.files(in: text)
            }
        }
        classify(arguments)
    }

    private static let paths: [StaticString] = [
        "path", "file_path", "filePath", "target_file", "absolute_path", "filename",
    ]

    private static func isOne(_ member: JSONValue, of names: [StaticString]) -> Bool {
        names.contains { member.equals($0) }
    }

    private mutating func classify(_ arguments: JSONValue) {
        operation = Self.operation(of: name)
        switch operation {
        case .read:
            guard let offset = arguments["offset"]?.int else { return }
            let limit = arguments["limit"]?.int
            range = String(offset) + "+" + (limit.map { String($0) } ?? "")
        case .search, .list:
            directory = directory ?? filePath
            filePath = nil
        default: break
        }
    }

    /// What a tool of that name does to the file that it names; nil for all others.
    private static func operation(of name: String) -> FileOperation? {
        switch name.lowercased() {
        case "read", "read_file", "view", "view_image", "readfile", "read_file_content": .read
        case "write", "write_file", "create", "create_file", "writefile": .write
        case "edit", "replace", "str_replace", "multiedit", "edit_file", "search_replace",
            "str_replace_editor":
            .edit
        case "ls", "list", "list_dir", "list_directory": .list
        case "grep", "glob", "search", "find", "grep_files", "grep_search", "search_file_content":
            .search
        default: nil
        }
    }

    /// A command is a text, or a list of words; of `bash -lc TEXT` the text is what matters.
    private mutating func takeCommand(_ value: JSONValue) {
        if let text = value.nonEmptyString {
            command = text
        } else {
            command = Self.command(words: value)
        }
        guard var text = command, text.utf8.count < 1 << 20 else { return }
        text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            if Self.holdsPatch(bytes) { patch = CodexPatch.files(in: bytes) }
        }
    }

    /// Whether a patch begins in a command, as one does that is piped into `apply_patch`.
    private static func holdsPatch(_ command: UnsafeRawBufferPointer) -> Bool {
        var rest = command[...]
        while let star = rest.firstIndex(of: UInt8(ascii: "*")) {
            if command[star...].starts(with: "*** Begin Patch".utf8) { return true }
            rest = command[(star + 1)...]
        }
        return false
    }

    /// A command given as a list of words, as one text; nil for an empty list.
    static func command(words value: JSONValue) -> String? {
        let words = value.elements.compactMap(\.string)
        guard let first = words.first else { return nil }
        let shell = first.split(separator: "/").last ?? ""
        if words.count == 3, ["bash", "zsh", "sh", "dash", "fish"].contains(shell),
            ["-lc", "-c", "-ic"].contains(words[1])
        {
            return words[2]
        }
        return words.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            byte > 0x20 && !#"'"\$`;&|<>()*?#~!{}[]"#.utf8.contains(byte)
        }
        guard !isPlain || word.isEmpty else { return word }
        var out = "'"
        for character in word.unicodeScalars {
            if character == "'" {
                out += #"'\''"#
            } else {
                out.unicodeScalars.append(character)
            }
        }
        return out + "'"
    }

    /// The server of an MCP tool's name; nil for a tool of no server.
    static func server(of name: String) -> String? {
        let rest = name.hasPrefix("mcp__") ? Substring(name.dropFirst(5)) : Substring(name)
        var bytes = rest.utf8
        while let index = bytes.firstIndex(of: UInt8(ascii: "_")) {
            let after = bytes.index(after: index)
            if after < bytes.endIndex, bytes[after] == UInt8(ascii: "_") {
                let server = rest[..<index]
                return server.isEmpty ? nil : String(server)
            }
            bytes = bytes[after...]
        }
        return nil
    }
}
