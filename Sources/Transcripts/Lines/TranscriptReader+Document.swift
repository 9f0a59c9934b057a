import Core

extension TranscriptReader {
    /// Reads a file that is one JSON value (`FileForm.document`); nothing is remembered between its contents.
    ///
    /// Some exports write one value a line under the same name; they are read as records.
    ///
    /// - Parameters:
    ///   - bytes: all of the file; `JSONParser.padding` readable bytes stand behind them.
    ///   - context: which file it is.
    ///   - parser: any.
    ///   - emit: takes the entries; one malformed entry when the document is no JSON, and then its rows from
    ///     before are to stay.
    /// - Returns: whether it could be read.
    package static func readDocument(
        _ bytes: UnsafeRawBufferPointer,
        context: FileContext,
        parser: JSONParser,
        emit: (Entry) -> Void
    ) -> Bool {
        var end = LineSplitter.trimmed(bytes)
        while end > 0, bytes[end - 1] == JSONBytes.newline {
            end = LineSplitter.trimmed(UnsafeRawBufferPointer(rebasing: bytes[..<(end - 1)]))
        }
        let position = RecordPosition(offset: 0, length: UInt64(end))
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let start = bytes.starts(with: mark) ? 3 : 0
        guard end > start else { return true }
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        func read(_ root: JSONValue) -> [Entry] {
            var dialect = DialectChoice.document(context, root).document(context)
            return dialect.read(document: root, at: position)
        }
        defer { if bytes.count > keptBytes { parser.release() } }
        guard bytes.count <= documentLimit else {
            emit(tooLong(position.length))
            return false
        }
        if let entries = try? parser.parse(padded: text, read) {
            for entry in entries { emit(entry) }
            return true
        }
        var tolerant = TolerantJSON()
        guard case .complete(let length) = tolerant.parse(text) else {
            emit(unread(position, "not a JSON document"))
            return false
        }
        let gap = text[length...].prefix { $0 <= 0x20 }
        let rest = text[gap.endIndex...]
        if gap.contains(JSONBytes.newline), text.first == JSONBytes.openBrace,
            rest.first == JSONBytes.openBrace
        {
            let reader = TranscriptReader(context: context, parser: parser, state: [])
            reader.finish(bytes, at: 0, emit: emit)
            return true
        }
        guard rest.isEmpty, let entries = tolerant.value(read) else {
            emit(unread(position, "not a JSON document"))
            return false
        }
        for var entry in entries {
            if tolerant.repairs.contains(.encoding) { entry.markReplacements() }
            if entry.status == .ok, let reason = tolerant.repairs.reason {
                entry.status = .recovered
                entry.reason = reason
            }
            emit(entry)
        }
        return true
    }

    /// The entry of a document that is longer than `documentLimit`.
    ///
    /// `length`: its bytes.
    package static func tooLong(_ length: UInt64) -> Entry {
        let limit = ByteCount.text(UInt64(documentLimit))
        return unread(
            RecordPosition(offset: 0, length: length),
            "a document longer than \(limit) has no rows: the whole is in the archive"
        )
    }

    private static func unread(_ position: RecordPosition, _ reason: String) -> Entry {
        var entry = Entry(position: position, kind: "malformed")
        entry.status = .malformed
        entry.reason = reason
        return entry
    }
}
