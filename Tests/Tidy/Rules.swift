import Foundation

/// The house rules that neither the compiler nor the formatter checks; each gives its offences in one file.
enum Rules {
    static let fileLines = 600
    static let functionLines = 70

    /// Which room may import what; what is not here is free.
    static let imports: [String: Set<String>] = [
        "Foundation": [], "FoundationEssentials": [], "Dispatch": [],
        "CXXHash": ["Core"], "CLZ4": ["Wire"], "CTOML": ["Settings"],
        "Glibc": ["Platform"], "CLinux": ["Platform"], "COpenSSL": ["TLS"], "CSQLite": ["SQL"],
    ]

    static func length(_ file: SourceFile) -> [String] {
        file.lines.count <= fileLines
            ? []
            : ["\(file.path): \(file.lines.count) lines, at most \(fileLines): split it by subject"]
    }

    static func functions(_ file: SourceFile) -> [String] {
        offences(file, #"\b(func\s+\S+|init[?]?\s*[(<]|deinit\b|subscript\s*[(<])"#) { index in
            guard isDeclaration(file.code[index]) else { return nil }
            let count = file.end(of: index) - index + 1
            return count <= functionLines
                ? nil : "a function of \(count) lines, at most \(functionLines): name its parts"
        }
    }

    /// A declaration has only attributes and modifiers before its keyword; a call of `init` has a name.
    private static func isDeclaration(_ code: String) -> Bool {
        matches(
            code,
            #"^\s*(@\w+(\([^)]*\))?\s+|[a-z]+(\([a-z]+\))?\s+)*(func|init|deinit|subscript)\b"#
        )
    }

    static func unsafety(_ file: SourceFile) -> [String] {
        let pattern =
            #"\b(try|as)!|[\w)\]"]!(?![=\w])|\)!|@unchecked\s+Sendable|nonisolated\(unsafe\)"#
        return offences(file, pattern) { index in
            file.isExplained(index)
                ? nil
                : "unproven: give a comment beside it that says why it cannot fail, or avoid it"
        }
    }

    static func foreignImports(_ file: SourceFile) -> [String] {
        let modules = imports.keys.sorted().joined(separator: "|")
        let pattern =
            #"\bimport\s+((struct|class|enum|func|var|let|typealias|protocol)\s+)?"#
            + "(\(modules))" + #"\b"#
        return offences(file, pattern) { index in
            let words = file.code[index].split { !$0.isLetter && !$0.isNumber }.map(String.init)
            guard let module = words.first(where: { imports[$0] != nil }),
                let rooms = imports[module], !rooms.contains(file.room)
            else { return nil }
            return "\(module) is for \(rooms.isEmpty ? "no room" : rooms.sorted().joined())"
        }
    }

    static func concurrency(_ file: SourceFile) -> [String] {
        offences(file, #"\b(async|await|actor)\b|\bTask\s*(\.|\{|\()"#) { _ in
            "Swift's concurrency runtime: here are threads, Mutex and event loops"
        }
    }

    static func leftovers(_ file: SourceFile) -> [String] {
        // Put together here, so that this file has none.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        return file.lines.indices.compactMap { index in
            words.first { matches(file.lines[index], "\\b\($0)\\b") }
                .map { "\(file.path):\(index + 1): \($0): do it, or say it in an issue" }
        }
    }

    static func placeholders(_ file: SourceFile) -> [String] {
        let isEmpty = file.code.allSatisfy { $0.allSatisfy(\.isWhitespace) }
        return isEmpty || file.path.hasSuffix("/Placeholder.swift")
            ? ["\(file.path): holds nothing: remove it"] : []
    }

    static func documentation(_ file: SourceFile) -> [String] {
        let pattern =
            #"^\s*(@\w+(\([^)]*\))?\s+)*package\s+([a-z]+(\([a-z]+\))?\s+)*"#
            + #"(struct|class|enum|protocol|actor|typealias|func|init|subscript)\b"#
        return offences(file, pattern) { index in
            let isOperator = matches(file.code[index], #"\bfunc\s+[^\w\s`(]"#)
            guard !file.isDocumented(index), !isOperator, !isMemberwise(file, index) else {
                return nil
            }
            return "a package declaration without a doc comment: say in one sentence what it is"
        }
    }

    /// An initialiser that gives each property the argument of its name, and does nothing else.
    private static func isMemberwise(_ file: SourceFile, _ start: Int) -> Bool {
        guard matches(file.code[start], #"\binit\s*\("#) else { return false }
        let text = file.code[start...file.end(of: start)].joined(separator: "\n")
        guard let open = text.firstIndex(of: "{"), let close = text.lastIndex(of: "}"), open < close
        else { return false }
        return text[text.index(after: open)..<close].split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .allSatisfy { matches($0, #"^self\.(\w+) = \1$"#) }
    }

    // MARK: Means

    private static func offences(
        _ file: SourceFile,
        _ pattern: String,
        _ judge: (Int) -> String?
    ) -> [String] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else {
            return ["no regular expression: \(pattern)"]
        }
        return file.code.indices.compactMap { index in
            let line = file.code[index]
            let range = NSRange(line.startIndex..., in: line)
            guard expression.firstMatch(in: line, range: range) != nil else { return nil }
            return judge(index).map { "\(file.path):\(index + 1): \($0)" }
        }
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }
}
