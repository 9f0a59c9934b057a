import Core

/// TOML text, written: strings, arrays of strings and keys.
enum TOMLText {
    /// `text` as a basic string with its quotes.
    static func quoted(_ text: some StringProtocol) -> String {
        // JSON's escapes are TOML's, but TOML also forbids a bare DEL.
        let json = JSONWriter.quoted(String(text))
        return json.split(separator: "\u{7f}", omittingEmptySubsequences: false)
            .joined(separator: "\\u007f")
    }

    static func array(_ elements: [String]) -> String {
        "[" + elements.map { quoted($0) }.joined(separator: ", ") + "]"
    }

    /// `name` bare where TOML allows that, quoted otherwise.
    static func key(_ name: String) -> String {
        let isBare = !name.isEmpty && name.utf8.allSatisfy(SectionName.isBareKeyByte)
        return isBare ? name : quoted(name)
    }
}
