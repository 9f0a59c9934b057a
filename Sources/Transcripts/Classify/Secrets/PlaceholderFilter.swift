/// Tells values that only stand for a secret from secrets.
enum Placeholder {
    /// Parts of a value that nobody's secret has.
    private static let words: [StaticString] = [
        "example", "xxxx", "your_", "your-", "yourkey", "yourtoken", "yoursecret", "yourpass",
        "redacted", "masked", "****", "....", "placeholder", "changeme", "change_me", "change-me",
        "dummy", "fake", "sample", "insert", "replace", "foobar", "notreal", "not-real", "not_real",
        "undefined", "process.env", "os.environ", "getenv", "deadbeef", "lorem", "mysecret",
        "my-secret", "my_secret", "test", "todo", "${", "$(", "{{", "%(", "<", "import.meta",
    ]

    /// Whether a value is one; `start` is behind the literal that its format begins with.
    static func isPlaceholder(_ text: TextBytes, _ start: Int, _ end: Int) -> Bool {
        guard start < end else { return true }
        let first = text[start]
        if first == UInt8(ascii: "$") || first == UInt8(ascii: "%") || first == UInt8(ascii: "{") {
            return true
        }
        let head = start..<min(end, start + 512)
        return isMonotonous(text, head)
            || words.contains { text.containsIgnoringCase($0, in: head) }
    }

    /// Whether most characters repeat the one before or are its neighbour ("aaaa", "12345678"), or whether
    /// there are hardly different ones.
    static func isMonotonous(_ text: TextBytes, _ range: Range<Int>) -> Bool {
        var steps = 0
        var seen: (UInt64, UInt64) = (0, 0)
        for index in range {
            let byte = text[index]
            if byte < 64 { seen.0 |= 1 << UInt64(byte) } else { seen.1 |= 1 << UInt64(byte & 63) }
            guard index > range.lowerBound else { continue }
            if abs(Int(byte) - Int(text[index - 1])) <= 1 { steps += 1 }
        }
        let distinct = seen.0.nonzeroBitCount + seen.1.nonzeroBitCount
        return range.count >= 8 && (steps * 2 >= range.count || distinct <= 4)
    }
}
