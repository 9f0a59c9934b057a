/// Parses JSON that stands inside a string of a record: arguments and outputs of tool calls.
///
/// It has a parser of its own, because the record's tape must stay; it is made at first use.
final class InnerJSON {
    private var parser: JSONParser?
    private var buffer: [UInt8] = []

    /// Beyond this many bytes a string is taken as it is.
    private static let limit = 8 << 20
    /// A parser that grew beyond this gives its memory back.
    private static let keep = 1 << 20

    /// Hands the parsed text to `body`; nil when it is not JSON.
    func parse<Result>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (JSONValue) -> Result
    ) -> Result? {
        guard !bytes.isEmpty, bytes.count <= Self.limit else { return nil }
        guard let parser = parser ?? JSONParser() else { return nil }
        self.parser = parser
        buffer.removeAll(keepingCapacity: true)
        buffer.reserveCapacity(bytes.count + JSONParser.padding)
        buffer.append(contentsOf: bytes)
        buffer.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        let result = buffer.withUnsafeBytes { padded in
            try? parser.parse(
                padded: UnsafeRawBufferPointer(rebasing: padded[..<bytes.count]),
                body
            )
        }
        if bytes.count > Self.keep {
            parser.release()
            buffer = []
        }
        return result
    }
}
