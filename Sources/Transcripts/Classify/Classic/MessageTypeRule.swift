/// The message type of the classic batch rules.
///
/// They were made for a terminal's recording, where nothing else tells who speaks, so their marks decide here
/// too, on the text without the white space around it and in their order: a prompt's, at most three lines
/// without an answer's, an answer's, a tool's. What has none was no message there; here the speaker decides.
enum MessageTypeRule {
    static func type(of text: TextBytes, speaker: String) -> String {
        let text = trimmed(text)
        if has(ClassicRules.promptMarks, text) { return "user_input" }
        let isAnswer = has(ClassicRules.answerMarks, text)
        if !isAnswer, !text.isEmpty, text.count(where: { $0 == UInt8(ascii: "\n") }) < 3 {
            return "user_input"
        }
        if isAnswer { return "claude_response" }
        if has(ClassicRules.toolMarks, text) { return "tool_usage" }
        switch speaker {
        case "user": return "user_input"
        case "assistant": return "claude_response"
        case "tool": return "tool_usage"
        default: return "system_info"
        }
    }

    private static func has(_ marks: [String], _ text: TextBytes) -> Bool {
        marks.contains { mark in
            var mark = mark
            return mark.withUTF8 { contains($0, text) }
        }
    }

    private static func contains(_ mark: TextBytes, _ text: TextBytes) -> Bool {
        guard text.count >= mark.count else { return false }
        let last = mark.count - 1
        for index in 0...(text.count - mark.count)
        where text[index] == mark[0] && text[index + last] == mark[last] {
            if (1...max(last, 1)).allSatisfy({ $0 > last || text[index + $0] == mark[$0] }) {
                return true
            }
        }
        return false
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
