import Transcripts

/// Writes a BSON document (https://bsonspec.org/spec.html).
struct BSONWriter {
    /// The document so far, without its length and end.
    private var body: [UInt8] = []

    /// The whole document.
    var document: [UInt8] {
        let length = UInt32(body.count + 5)
        return withUnsafeBytes(of: length.littleEndian) { Array($0) } + body + [0]
    }

    mutating func text(_ name: String, _ value: String) {
        begin(2, name)
        append(value.utf8)
    }

    mutating func int64(_ name: String, _ value: Int64) {
        begin(0x12, name)
        append(value)
    }

    mutating func double(_ name: String, _ value: Double) {
        begin(1, name)
        append(Int64(bitPattern: value.bitPattern))
    }

    mutating func bool(_ name: String, _ value: Bool) {
        begin(8, name)
        body.append(value ? 1 : 0)
    }

    mutating func null(_ name: String) { begin(10, name) }

    /// A date, in milliseconds since 1970.
    mutating func date(_ name: String, _ milliseconds: Int64) {
        begin(9, name)
        append(milliseconds)
    }

    mutating func document(_ name: String, _ write: (inout BSONWriter) -> Void) {
        begin(3, name)
        var inner = BSONWriter()
        write(&inner)
        body.append(contentsOf: inner.document)
    }

    mutating func array(_ name: String, _ write: (inout BSONWriter) -> Void) {
        begin(4, name)
        var inner = BSONWriter()
        write(&inner)
        body.append(contentsOf: inner.document)
    }

    /// A value as it stands in a JSON text; names that are repeated stay so.
    mutating func json(_ name: String, _ value: JSONValue) {
        switch value.kind {
        case .object: document(name) { inner in inner.members(of: value) }
        case .array:
            array(name) { inner in
                for (index, element) in value.elements.enumerated() {
                    inner.json(String(index), element)
                }
            }
        case .string: text(name, value.string ?? "")
        case .null: null(name)
        case .bool: bool(name, value.bool ?? false)
        default:
            if let number = value.int {
                int64(name, number)
            } else {
                double(name, value.double ?? .nan)
            }
        }
    }

    /// The members of an object.
    mutating func members(of object: JSONValue) {
        for (name, value) in object.members { json(name.string ?? "", value) }
    }

    private mutating func begin(_ type: UInt8, _ name: String) {
        body.append(type)
        // A name ends with NUL and cannot have one.
        for byte in name.utf8 { body.append(contentsOf: byte == 0 ? [0xe2, 0x90, 0x80] : [byte]) }
        body.append(0)
    }

    private mutating func append(_ text: String.UTF8View) {
        let length = UInt32(text.count + 1)
        withUnsafeBytes(of: length.littleEndian) { body.append(contentsOf: $0) }
        body.append(contentsOf: text)
        body.append(0)
    }

    private mutating func append(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }
}
