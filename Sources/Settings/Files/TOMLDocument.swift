import CTOML

/// One parsed file.
///
/// The C++ tree is gone when the initializer returns.
struct TOMLDocument: Sendable {
    let entries: [TOMLEntry]

    /// Parses a file.
    ///
    /// - Throws: the one problem that keeps the file from being read: its size, a line's length, or
    ///   the first error of syntax.
    init(_ file: ConfigurationFile) throws(ConfigurationProblem) {
        try TOMLDocument.checkBounds(of: file)
        let parsed = file.bytes.withUnsafeBytes { bytes in
            tailship_toml_parse(bytes.baseAddress, bytes.count)
        }
        guard let parsed else {
            throw ConfigurationProblem(at: nil, "\(file.name): not enough memory to read the file")
        }
        defer { tailship_toml_free(parsed) }
        var line: UInt32 = 0
        var column: UInt32 = 0
        if let message = tailship_toml_error(parsed, &line, &column) {
            let position = SourcePosition(file: file.name, line: Int(line), column: Int(column))
            throw ConfigurationProblem(
                at: position,
                TOMLDocument.lowercasingFirst(String(cString: message))
            )
        }
        var count = 0
        let nodes = UnsafeBufferPointer(start: tailship_toml_nodes(parsed, &count), count: count)
        var index = 0
        entries = TOMLDocument.entries(of: nodes, from: &index, depth: 0, file: file.name)
    }

    private static func checkBounds(of file: ConfigurationFile) throws(ConfigurationProblem) {
        guard file.bytes.count <= ConfigurationFile.maximumBytes else {
            let kibibytes = ConfigurationFile.maximumBytes / 1024
            throw ConfigurationProblem(
                at: SourcePosition(file: file.name, line: 1, column: 1),
                "the file is larger than \(kibibytes) KiB; is it a configuration file?"
            )
        }
        var line = 1
        var length = 0
        for byte in file.bytes {
            length += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                length = 0
            }
            guard length <= ConfigurationFile.maximumLineBytes else {
                throw ConfigurationProblem(
                    at: SourcePosition(file: file.name, line: line, column: 1),
                    "the line is longer than \(ConfigurationFile.maximumLineBytes) bytes; "
                        + "break it up (an array may go over several lines)"
                )
            }
        }
    }

    /// The entries of the table whose children begin at `index`, which is left behind the last of them.
    private static func entries(
        of nodes: UnsafeBufferPointer<tailship_toml_node>,
        from index: inout Int,
        depth: UInt32,
        file: String
    ) -> [TOMLEntry] {
        var entries: [TOMLEntry] = []
        while index < nodes.count, nodes[index].depth == depth {
            let node = nodes[index]
            let position = SourcePosition(
                file: file,
                line: Int(node.line),
                column: Int(node.column)
            )
            let key = text(node.key, node.key_length)
            let value = value(of: nodes, at: &index, file: file)
            entries.append(TOMLEntry(key: key, value: value, position: position))
        }
        return entries.sorted {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        }
    }

    private static func value(
        of nodes: UnsafeBufferPointer<tailship_toml_node>,
        at index: inout Int,
        file: String
    ) -> TOMLValue {
        let node = nodes[index]
        index += 1
        switch tailship_toml_kind(node.kind) {
        case TAILSHIP_TOML_STRING: return .string(text(node.text, node.text_length))
        case TAILSHIP_TOML_INTEGER: return .integer(node.integer)
        case TAILSHIP_TOML_FLOAT: return .float(node.number)
        case TAILSHIP_TOML_BOOLEAN: return .boolean(node.integer != 0)
        case TAILSHIP_TOML_TABLE:
            return .table(entries(of: nodes, from: &index, depth: node.depth + 1, file: file))
        case TAILSHIP_TOML_ARRAY:
            var elements: [TOMLValue] = []
            while index < nodes.count, nodes[index].depth > node.depth {
                elements.append(value(of: nodes, at: &index, file: file))
            }
            return .array(elements)
        default: return .time
        }
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func lowercasingFirst(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
