import Transcripts

/// A small JSON text as a value: what a request or a setting says.
indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONTree])
    case object([String: JSONTree])

    /// Deeper values are null.
    private static let depth = 32

    /// Nil for what is no JSON.
    init?(_ bytes: some Collection<UInt8>) {
        guard let parser = JSONParser() else { return nil }
        let padded = Array(bytes) + [UInt8](repeating: 0, count: JSONParser.padding)
        let tree = padded.withUnsafeBytes { all -> JSONTree? in
            let text = UnsafeRawBufferPointer(rebasing: all[..<(all.count - JSONParser.padding)])
            do throws(JSONParser.Failure) {
                return try parser.parse(padded: text) { JSONTree($0, JSONTree.depth) }
            } catch {
                return nil
            }
        }
        guard let tree else { return nil }
        self = tree
    }

    private init(_ value: JSONValue, _ depth: Int) {
        guard depth > 0 else {
            self = .null
            return
        }
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .integer, .double: self = .number(value.double ?? 0)
        case .string: self = .text(value.string ?? "")
        case .array: self = .list(value.elements.map { JSONTree($0, depth - 1) })
        case .object:
            var members: [String: JSONTree] = [:]
            for (name, value) in value.members {
                members[name.string ?? ""] = JSONTree(value, depth - 1)
            }
            self = .object(members)
        }
    }

    /// A member of an object; nil for none.
    subscript(_ name: String) -> JSONTree? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var list: [JSONTree]? { if case .list(let list) = self { list } else { nil } }
    var isTrue: Bool { self == .bool(true) }

    /// Writes it as it was read; members are in the order of their names.
    func write(_ key: StaticString? = nil, _ json: inout JSONBuffer) {
        switch self {
        case .null: json.null(key)
        case .bool(let value): json.bool(key, value)
        case .number(let value):
            if value == value.rounded(), value.magnitude < 9e15 {
                json.number(key, Int64(value))
            } else {
                json.number(key, value)
            }
        case .text(let value): json.string(key, value)
        case .list(let list):
            json.array(key) { json in for value in list { value.write(nil, &json) } }
        case .object(let members):
            json.object(key) { json in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    json.member(named: name) { value.write(nil, &$0) }
                }
            }
        }
    }
}
