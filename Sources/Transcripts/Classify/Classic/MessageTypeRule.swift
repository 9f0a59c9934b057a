/// The message type of the classic batch rules.
///
/// They were made for a terminal's recording, where nothing else tells who speaks, so their marks decide here
/// too, on the text without the white space around it and in their order: a prompt's, at most three lines
/// without an answer's, an answer's, a tool's. What has none was no message there; here the speaker decides.
enum MessageTypeRule {
    /// Which marks stand in a text.
    private struct Found {
        var isPrompt = false
        var isAnswer = false
        var isTool = false
        var newlines = 0
    }

    static func type(of text: TextBytes, speaker: String) -> String {
        let text = trimmed(text)
        let found = find(text)
        if found.isPrompt { return "user_input" }
        if !found.isAnswer, !text.isEmpty, found.newlines < 3 { return "user_input" }
        if found.isAnswer { return "claude_response" }
        if found.isTool { return "tool_usage" }
        switch speaker {
        case "user": return "user_input"
        case "assistant": return "claude_response"
        case "tool": return "tool_usage"
        default: return "system_info"
        }
    }

    /// What the marks begin with, and a newline.
    private static let beginnings = ByteSet(
        bytes: (ClassicRules.promptMarks + ClassicRules.answerMarks + ClassicRules.toolMarks)
            .map { $0.utf8Start[0] } + [UInt8(ascii: "\n")]
    )

    private static func find(_ text: TextBytes) -> Found {
        let beginnings = beginnings
        var found = Found()
        for index in 0..<text.count where beginnings.contains(text[index]) {
            func stands(_ mark: StaticString) -> Bool { text.has(mark, at: index) }
            if text[index] == UInt8(ascii: "\n") {
                found.newlines += 1
            } else if ClassicRules.promptMarks.contains(where: stands) {
                found.isPrompt = true
                return found
            } else if ClassicRules.answerMarks.contains(where: stands) {
                found.isAnswer = true
            } else if ClassicRules.toolMarks.contains(where: stands) {
                found.isTool = true
            }
        }
        return found
    }

    /// Without what Python's `str.strip` takes away.
    private static func trimmed(_ text: TextBytes) -> TextBytes {
        var start = 0
        var end = text.count
        while start < end, let width = WhiteSpace.width(at: start, text) { start += width }
        while end > start, let width = WhiteSpace.width(before: end, text) { end -= width }
        return TextBytes(rebasing: text[start..<end])
    }
}
