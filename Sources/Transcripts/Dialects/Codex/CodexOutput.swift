/// What the output of a call tells.
///
/// It is a text of one of these forms, or a list of blocks `{type: input_text | input_image}`:
///
///     {"output":"…","metadata":{"exit_code":1,"duration_seconds":0.1}}
///     Exit code: 1⏎Wall time: 0.5 seconds⏎Output:⏎…
///     Chunk ID: 6bd6b6⏎Wall time: 0.0 seconds⏎Process exited with code 0⏎Original token count: 12⏎Output:⏎…
///     Wall time: 0.7 seconds⏎Output:⏎…
struct CodexOutput {
    var text = ""
    var outcome = ToolOutcome.success
    var exitCode: Int64?
    var milliseconds: Int64?
    /// Where in `text` the output begins, behind its header.
    private var start = 0

    /// Reads a text.
    init(_ bytes: UnsafeRawBufferPointer, _ inner: InnerJSON) {
        if bytes.first == UInt8(ascii: "{"), let whole = inner.parse(bytes, Self.unwrapped) ?? nil {
            self = whole
            return
        }
        text = String(decoding: bytes, as: UTF8.self)
        readHeader(bytes)
        if let exitCode, exitCode != 0 { outcome = .error }
        if exitCode == nil, milliseconds == nil { outcome = Self.outcome(of: bytes) }
    }

    /// An output that is known to be good.
    init(text: String) { self.text = text }

    /// The beginning of what went wrong.
    var errorText: String? {
        guard outcome != .success else { return nil }
        return String(String(decoding: text.utf8.dropFirst(start), as: UTF8.self).prefix(2_000))
    }

    private static func unwrapped(_ value: JSONValue) -> CodexOutput? {
        guard let output = value["output"]?.string, let metadata = value["metadata"],
            metadata.kind == .object
        else { return nil }
        var whole = CodexOutput(text: output)
        whole.exitCode = metadata["exit_code"]?.int
        whole.milliseconds = metadata["duration_seconds"]?.double.flatMap(milliseconds)
        if let code = whole.exitCode, code != 0 { whole.outcome = .error }
        return whole
    }

    private static func milliseconds(_ seconds: Double) -> Int64? {
        Int64(exactly: (seconds * 1_000).rounded())
    }

    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        let head = min(bytes.count, 512)
        while position < head {
            let end = bytes[position..<head].firstIndex(of: UInt8(ascii: "\n")) ?? head
            let line = String(decoding: bytes[position..<end], as: UTF8.self)
            position = min(end + 1, bytes.count)
            if line == "Output:" {
                start = position
                return
            }
            if let code = Self.rest(line, "Exit code: ")
                ?? Self.rest(line, "Process exited with code ")
            {
                exitCode = Int64(code)
            } else if let time = Self.rest(line, "Wall time: ") {
                milliseconds = time.split(separator: " ").first.flatMap { Double($0) }
                    .flatMap(Self.milliseconds)
            } else if !Self.isHeader(line) {
                break
            }
        }
    }

    private static func isHeader(_ line: String) -> Bool {
        ["Chunk ID: ", "Original token count: ", "Process running with ", "Total output lines: "]
            .contains { line.hasPrefix($0) }
    }

    private static func rest(_ line: String, _ start: String) -> Substring? {
        line.hasPrefix(start) ? line.dropFirst(start.count) : nil
    }

    /// Codex's own words for a call that did not run.
    private static func outcome(of bytes: UnsafeRawBufferPointer) -> ToolOutcome {
        let head = String(decoding: bytes.prefix(256), as: UTF8.self)
        if head.contains("rejected by user") || head.contains("denied by user") { return .denied }
        if head.hasPrefix("aborted") { return .interrupted }
        return failures.contains { head.hasPrefix($0) } ? .error : .success
    }

    private static let failures = [
        "apply_patch verification failed", "patch rejected", "write_stdin failed",
        "exec_command failed", "exec command rejected", "failed to parse", "failed to", "Failed to",
        "execution error", "unsupported call", "unsupported custom tool", "tool call error",
        "collab spawn failed", "Error:", "error:", "err:", "Script failed", "command timed out",
        "unable to", "Unknown ",
    ]
}
