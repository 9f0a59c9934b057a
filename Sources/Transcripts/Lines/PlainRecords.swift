/// Records of which only the type is read.
struct PlainRecords: Dialect {
    let tool = Tool.other

    init(_ context: FileContext, state: [UInt8]) {}

    var state: [UInt8] { [] }

    mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var entry = Entry(position: position, kind: record["type"]?.nonEmptyString ?? "record")
        entry.uuid = (record["uuid"] ?? record["id"])?.nonEmptyString
        entry.session = record["sessionId"]?.nonEmptyString
        return entry
    }
}

/// A document of which nothing is read.
struct PlainDocument: DocumentDialect {
    let tool = Tool.other

    init(_ context: FileContext, state: [UInt8]) {}

    mutating func read(document: JSONValue, at position: RecordPosition) -> [Entry] {
        [Entry(position: position, kind: "document")]
    }
}
