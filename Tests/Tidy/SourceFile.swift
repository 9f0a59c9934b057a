import Foundation

/// A file of the source tree, by lines: as it stands, and with the text of strings and comments blanked.
struct SourceFile {
    /// Relative to the package.
    var path: String
    var lines: [String]
    /// As `lines`, with spaces for what is text: literals but for the code in interpolations, and comments.
    var code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = SourceFile.lines(of: text)
        var blanker = Blanker(text)
        code = SourceFile.lines(of: blanker.blanked())
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The room or the test target: the folder below `Sources` or `Tests`.
    var room: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// Whether a comment stands beside the line or directly above it, or above the attributes over it.
    func isExplained(_ index: Int) -> Bool {
        lines[index].contains("//") || lineAbove(index).map { $0.hasPrefix("//") } == true
    }

    /// Whether a doc comment stands above the declaration.
    func isDocumented(_ index: Int) -> Bool {
        lineAbove(index).map { $0.hasPrefix("///") } == true
    }

    private func lineAbove(_ index: Int) -> String? {
        var above = index - 1
        while above >= 0 {
            let line = lines[above].trimmingCharacters(in: .whitespaces)
            guard line.hasPrefix("@") else { return line }
            above -= 1
        }
        return nil
    }

    /// The last line of what opens with a brace at or behind the line: the closing brace as deep as its start.
    func end(of start: Int) -> Int {
        var depth = 0
        var hasOpened = false
        for index in start..<code.count {
            for character in code[index] {
                if character == "{" {
                    depth += 1
                    hasOpened = true
                } else if character == "}" {
                    depth -= 1
                }
                if hasOpened, depth == 0 { return index }
                if depth < 0 { return start }
            }
        }
        return start
    }
}

/// Replaces the text in literals and comments by spaces, and leaves lines and columns where they are.
private struct Blanker {
    private enum Place {
        case code
        /// In an interpolation: so many parentheses are open.
        case interpolation(Int)
        case literal(hashes: Int, isMultiline: Bool)
        case lineComment
        case blockComment(Int)
    }

    private let text: [UInt8]
    private var index = 0
    private var out: [UInt8] = []
    private var places: [Place] = [.code]

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func blanked() -> String {
        while index < text.count {
            switch places.last ?? .code {
            case .code: code(openParentheses: nil)
            case .interpolation(let open): code(openParentheses: open)
            case .literal(let hashes, let isMultiline): literal(hashes, isMultiline)
            case .lineComment:
                if text[index] == UInt8(ascii: "\n") { places.removeLast() }
                blank(1)
            case .blockComment(let depth): blockComment(depth)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func code(openParentheses open: Int?) {
        if at("//") {
            places.append(.lineComment)
            blank(2)
        } else if at("/*") {
            places.append(.blockComment(1))
            blank(2)
        } else if let (hashes, isMultiline) = literalStart() {
            places.append(.literal(hashes: hashes, isMultiline: isMultiline))
            keep(hashes + (isMultiline ? 3 : 1))
        } else {
            if let open { count(open) }
            keep(1)
        }
    }

    private mutating func count(_ open: Int) {
        let change =
            switch text[index] {
            case UInt8(ascii: "("): 1
            case UInt8(ascii: ")"): -1
            default: 0
            }
        places.removeLast()
        if open + change > 0 { places.append(.interpolation(open + change)) }
    }

    private mutating func literal(_ hashes: Int, _ isMultiline: Bool) {
        let fence = String(repeating: "#", count: hashes)
        if at("\\" + fence + "(") {
            blank(1 + hashes)
            keep(1)
            places.append(.interpolation(1))
        } else if at("\\" + fence) {
            blank(2 + hashes)
        } else if at((isMultiline ? "\"\"\"" : "\"") + fence) {
            places.removeLast()
            keep((isMultiline ? 3 : 1) + hashes)
        } else {
            blank(1)
        }
    }

    private mutating func blockComment(_ depth: Int) {
        let change = at("*/") ? -1 : at("/*") ? 1 : 0
        if change != 0 {
            places.removeLast()
            if depth + change > 0 { places.append(.blockComment(depth + change)) }
        }
        blank(change == 0 ? 1 : 2)
    }

    private func literalStart() -> (hashes: Int, isMultiline: Bool)? {
        var quote = index
        while quote < text.count, text[quote] == UInt8(ascii: "#") { quote += 1 }
        guard quote < text.count, text[quote] == UInt8(ascii: "\"") else { return nil }
        let isMultiline = text[quote...].starts(with: Array("\"\"\"".utf8))
        return (quote - index, isMultiline)
    }

    private func at(_ token: String) -> Bool { text[index...].starts(with: Array(token.utf8)) }

    private mutating func keep(_ count: Int) {
        out += text[index..<min(text.count, index + count)]
        index += count
    }

    private mutating func blank(_ count: Int) {
        for byte in text[index..<min(text.count, index + count)] {
            out.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        index += count
    }
}
