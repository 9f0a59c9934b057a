import Core

extension TranscriptReader {
    /// Bytes of a file's beginning that tell its tool: the longest first record of a known one, and more.
    package static let toolBytes = 64 << 10

    /// The tool whose sessions a file holds: a preset's by its source, else as the records look, else by the names of
    /// source and path.
    ///
    /// `bytes`: of the file's beginning, at most `toolBytes`; `JSONParser.padding` readable bytes stand behind them.
    /// `context`: which file it is.
    /// `parser`: any.
    package static func tool(
        of bytes: UnsafeRawBufferPointer,
        context: FileContext,
        parser: JSONParser
    ) -> Tool {
        if let preset = DialectChoice.lines(context)?.tool { return preset }
        var tool = Tool.other
        switch FileForm(context.path) {
        case .opaque: break
        case .lines:
            let reader = TranscriptReader(context: context, parser: parser, state: [])
            _ = reader.read(bytes, at: 0) { _ in }
            tool = reader.tool
        case .document:
            let root = try? parser.parse(padded: bytes) { DialectChoice.document(context, $0).tool }
            tool = root ?? (isGeminiBeginning(bytes) ? .gemini : .other)
        }
        return tool == .other ? Tool.of(context) : tool
    }

    /// Whether the beginning of a document is that of a session of Gemini CLI.
    private static func isGeminiBeginning(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let head = String(decoding: bytes.prefix(1_024), as: UTF8.self)
        return head.contains("\"sessionId\"") && head.contains("\"projectHash\"")
    }
}
