/// What a text looks like.
package struct TextTraits: Sendable, Hashable {
    /// How much of a text is looked at, in bytes.
    static let looked = 64 << 10

    /// Whether programs stand in it: a fenced block, or lines that only programs have.
    package var hasCode = false
    /// Whether a path of a file stands in it.
    package var hasPaths = false

    /// The traits of the beginning of a text.
    package init(_ text: String) {
        var text = text
        self = text.withUTF8 { TextTraits($0) }
    }

    init(_ text: TextBytes) {
        let text = TextBytes(rebasing: text.prefix(TextTraits.looked))
        hasCode = TextTraits.hasCode(text)
        hasPaths = TextTraits.hasPaths(text)
    }

    // MARK: Code

    /// What a line of a program begins with.
    private static let beginnings: [StaticString] = [
        "#include <", "#include \"", "#!/", "import {", "import * as ", "from '", "export default ",
        "export const ", "export function ", "const ", "public class ", "public static ", "def ",
        "func ",
        "fn ", "pub fn ", "class ", "package main", "using namespace", "<?php", "<!DOCTYPE",
        "SELECT ",
        "CREATE TABLE ", "INSERT INTO ", "@import ", "async def ", "struct ", "interface ", "impl ",
    ]

    private static func hasCode(_ text: TextBytes) -> Bool {
        var signs = 0
        var lineStart = 0
        while lineStart <= text.count {
            let line = lineStart..<text.endOfLine(from: lineStart)
            lineStart = line.upperBound + 1
            if isFence(text, line) { return true }
            signs += weight(text, line)
            if signs >= 4 { return true }
        }
        return false
    }

    private static let blanks = ByteSet(" \t")

    private static func indented(_ text: TextBytes, _ line: Range<Int>) -> Int {
        text.end(of: blanks, from: line.lowerBound, limit: line.count)
    }

    private static func isFence(_ text: TextBytes, _ line: Range<Int>) -> Bool {
        let start = indented(text, line)
        return text.has("```", at: start) || text.has("~~~", at: start)
    }

    /// How much a line speaks for a program: 2 for how it begins and ends, 1 for how it ends.
    private static func weight(_ text: TextBytes, _ line: Range<Int>) -> Int {
        var end = line.upperBound
        while end > line.lowerBound, WhiteSpace.isASCII(text[end - 1]) { end -= 1 }
        let start = indented(text, line)
        guard end > start + 1 else {
            return end > start && text[start] == UInt8(ascii: "}") ? 1 : 0
        }
        let last = text[end - 1]
        let endsLikeCode =
            last == UInt8(ascii: "{") || last == UInt8(ascii: ";")
            || text.has("};", at: end - 2) || text.has("):", at: end - 2)
        guard endsLikeCode || text[start] == UInt8(ascii: "#") else { return 0 }
        let beginsLikeCode = beginnings.contains { text.has($0, at: start) }
        return beginsLikeCode ? 2 : endsLikeCode ? 1 : 0
    }

    // MARK: Paths

    private static let component = ByteSet("A-Za-z0-9_.@+~-", nonASCII: true)

    private static let pathSigns = ByteSet("/\\.")

    private static func hasPaths(_ text: TextBytes) -> Bool {
        let signs = pathSigns
        for index in 0..<text.count where signs.contains(text[index]) {
            let byte = text[index]
            if byte == UInt8(ascii: "/"), isPath(text, index) { return true }
            if byte == UInt8(ascii: "\\"), isWindowsPath(text, index) { return true }
            if byte == UInt8(ascii: "."), isFileName(text, index) { return true }
        }
        return false
    }

    /// "/a/b", "~/a", "./a", "../a", "src/main.swift"; not "and/or", not a URL's host.
    private static func isPath(_ text: TextBytes, _ slash: Int) -> Bool {
        var start = slash
        while start > 0, slash - start < 64, component.contains(text[start - 1]) { start -= 1 }
        let end = text.end(of: component, from: slash + 1, limit: 128)
        guard end > slash + 1, start == 0 || text[start - 1] != UInt8(ascii: "/") else {
            return false
        }
        let goesOn =
            end < text.count && text[end] == UInt8(ascii: "/") && end + 1 < text.count
            && component.contains(text[end + 1])
        if start == slash {
            return goesOn
                && (start == 0
                    || text[start - 1] != UInt8(ascii: ":") && text[start - 1] != UInt8(ascii: "<"))
        }
        let first = text[start]
        if first == UInt8(ascii: "~") || text.has("./", at: start) || text.has("../", at: start) {
            return true
        }
        return goesOn || text[slash + 1..<end].dropLast().contains(UInt8(ascii: "."))
    }

    private static func isWindowsPath(_ text: TextBytes, _ slash: Int) -> Bool {
        slash >= 2 && text[slash - 1] == UInt8(ascii: ":") && text[slash - 2].isASCIILetter
            && (slash < 3 || !text[slash - 3].isASCIILetter) && slash + 1 < text.count
            && (text[slash + 1].isASCIILetter || text[slash + 1] == UInt8(ascii: "\\"))
    }

    private static let endings = WordSet([
        "go", "ts", "tsx", "js", "jsx", "mjs", "py", "rs", "java", "kt", "rb", "php", "cs", "cpp",
        "hpp",
        "sql", "svelte", "vue", "css", "scss", "html", "json", "jsonl", "yaml", "yml", "toml", "md",
        "sh",
        "swift", "txt", "xml", "csv", "log", "lock", "conf", "ini", "ipynb", "scala", "dart", "lua",
    ])

    /// "main.swift" with nothing of a word behind.
    private static func isFileName(_ text: TextBytes, _ dot: Int) -> Bool {
        guard dot > 0, ByteSet.wordOrHyphen.contains(text[dot - 1]) else { return false }
        let end = text.end(of: .word, from: dot + 1, limit: 7)
        guard (2...6).contains(end - dot), end == text.count || text[end] != UInt8(ascii: "(")
        else { return false }
        return endings.contains(text.part(dot + 1..<end))
    }
}
