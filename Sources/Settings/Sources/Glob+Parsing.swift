import Core

extension Glob {
    /// Alternatives that braces may stand for together, so that no pattern grows without bound.
    private static var maximumAlternatives: Int { 256 }

    /// Reads a pattern, relative to the folder that paths are given relative to.
    ///
    /// With `coversFolders`, what matches is a folder too, with everything below it.
    ///
    /// - Throws: what is wrong with the pattern.
    init(_ pattern: String, coversFolders: Bool = false) throws(ValueMismatch) {
        var alternatives: [[GlobSegment]] = []
        for text in try Glob.expandBraces(pattern) {
            var segments = try Glob.segments(of: text)
            if coversFolders { segments.append(.folders) }
            alternatives.append(segments)
        }
        self.init(pattern: pattern, alternatives: alternatives)
    }

    /// `text` as a pattern of itself.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            if "*?[]{},\\".unicodeScalars.contains(character) { result += "\\" }
            result.unicodeScalars.append(character)
        }
        return result
    }

    /// The names that every path that fits begins with, the last name left out.
    var literalFolders: [BytePath] {
        var common = Glob.literalFolders(of: alternatives[0])
        for alternative in alternatives.dropFirst() {
            let other = Glob.literalFolders(of: alternative)
            common = zip(common, other).prefix { $0 == $1 }.map { $0.0 }
        }
        return common
    }

    /// The pattern of what remains to be matched below `folder`; nil when nothing below it can fit.
    ///
    /// The folder is relative to what this pattern is relative to.
    func below(_ folder: BytePath) -> Glob? {
        var remaining = alternatives
        for name in folder.components {
            var next: [[GlobSegment]] = []
            for alternative in remaining {
                for rest in Glob.rests(of: alternative[...], behind: name)
                where !next.contains(rest) {
                    next.append(rest)
                }
            }
            remaining = next
        }
        remaining.removeAll { $0.isEmpty }
        return remaining.isEmpty ? nil : Glob(pattern: pattern, alternatives: remaining)
    }

    /// What may follow once `name` was taken by the first segment, or by any segment behind a `**`.
    private static func rests(
        of segments: ArraySlice<GlobSegment>,
        behind name: BytePath
    ) -> [[GlobSegment]] {
        switch segments.first {
        case nil: []
        case .folders?: [Array(segments)] + rests(of: segments.dropFirst(), behind: name)
        case .name(let pattern)?:
            name.bytes.withUnsafeBytes { pattern.matches($0) } ? [Array(segments.dropFirst())] : []
        }
    }

    private static func literalFolders(of segments: [GlobSegment]) -> [BytePath] {
        var names: [BytePath] = []
        for segment in segments.dropLast() {
            guard case .name(.literal(let bytes)) = segment else { break }
            names.append(BytePath(bytes))
        }
        return names
    }

    // MARK: - Braces

    private static func expandBraces(_ pattern: String) throws(ValueMismatch) -> [String] {
        var finished: [String] = []
        var pending = [pattern]
        while let next = pending.popLast() {
            guard let (head, parts, tail) = try firstBraces(in: next) else {
                finished.append(next)
                continue
            }
            pending += parts.reversed().map { head + $0 + tail }
            guard finished.count + pending.count <= maximumAlternatives else {
                throw ValueMismatch(
                    "its braces stand for more than \(maximumAlternatives) patterns"
                )
            }
        }
        return finished
    }

    /// Takes `text` apart at its first outermost braces; nil when it has none.
    private static func firstBraces(
        in text: String
    ) throws(ValueMismatch) -> (head: String, parts: [String], tail: String)? {
        let scalars = Array(text.unicodeScalars)
        var depth = 0
        var start = 0
        var parts: [String] = []
        var head = ""
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "\\": index += 1
            case "[": index = endOfSet(in: scalars[...], from: index) ?? index
            case "{":
                if depth == 0 {
                    head = string(scalars[..<index])
                    start = index + 1
                }
                depth += 1
            case "," where depth == 1:
                parts.append(string(scalars[start..<index]))
                start = index + 1
            case "}" where depth > 0:
                depth -= 1
                if depth == 0 {
                    parts.append(string(scalars[start..<index]))
                    return (head, parts, string(scalars[(index + 1)...]))
                }
            default: break
            }
            index += 1
        }
        guard depth == 0 else { throw ValueMismatch("a \"{\" has no \"}\"") }
        return nil
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    // MARK: - Segments

    private static func segments(of text: String) throws(ValueMismatch) -> [GlobSegment] {
        var segments: [GlobSegment] = []
        for part in try splitNames(text) {
            if part.elementsEqual("**".unicodeScalars) {
                // Two of them in a row say no more than one.
                if segments.last != .folders { segments.append(.folders) }
            } else {
                segments.append(.name(NamePattern(try tokens(of: part))))
            }
        }
        guard let last = segments.last else { throw ValueMismatch("it names nothing") }
        if last == .folders { segments.append(.name(.any)) }
        return segments
    }

    /// The parts between separators, without empty ones and `.`.
    private static func splitNames(
        _ text: String
    ) throws(ValueMismatch) -> [ArraySlice<Unicode.Scalar>] {
        let scalars = Array(text.unicodeScalars)
        var parts: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        var index = 0
        while index <= scalars.count {
            if index == scalars.count || scalars[index] == "/" {
                parts.append(scalars[start..<index])
                start = index + 1
            } else if scalars[index] == "[" {
                index = endOfSet(in: scalars[...], from: index) ?? index
            } else if scalars[index] == "\\" {
                index = min(index + 1, scalars.count - 1)
            }
            index += 1
        }
        guard !parts.contains(where: { $0.elementsEqual("..".unicodeScalars) }) else {
            throw ValueMismatch("it contains \"..\"")
        }
        return parts.filter { !$0.isEmpty && !$0.elementsEqual(".".unicodeScalars) }
    }

    private static func tokens(
        of name: ArraySlice<Unicode.Scalar>
    ) throws(ValueMismatch) -> [NameToken] {
        var tokens: [NameToken] = []
        var literal: [UInt8] = []
        func flush() {
            if !literal.isEmpty { tokens.append(.literal(literal)) }
            literal = []
        }
        var index = name.startIndex
        while index < name.endIndex {
            switch name[index] {
            case "*":
                flush()
                if tokens.last != .star { tokens.append(.star) }
            case "?":
                flush()
                tokens.append(.one)
            case "[":
                flush()
                guard let end = endOfSet(in: name, from: index) else {
                    throw ValueMismatch("a \"[\" has no \"]\"")
                }
                tokens.append(try set(name[(index + 1)..<end]))
                index = end
            case "\\":
                index += 1
                guard index < name.endIndex else { throw ValueMismatch("it ends with a \"\\\"") }
                literal += Array(String(name[index]).utf8)
            default:
                literal += Array(String(name[index]).utf8)
            }
            index += 1
        }
        flush()
        return tokens
    }

    // MARK: - Sets

    /// The index of the bracket that ends the set that begins at `start`; nil when there is none.
    ///
    /// As in shells, a `]` at the very beginning of a set is a member of it.
    private static func endOfSet(in scalars: ArraySlice<Unicode.Scalar>, from start: Int) -> Int? {
        let end = scalars.endIndex
        var index = start + 1
        if index < end, scalars[index] == "!" || scalars[index] == "^" { index += 1 }
        if index < end, scalars[index] == "]" { index += 1 }
        while index < end, scalars[index] != "]" { index += scalars[index] == "\\" ? 2 : 1 }
        return index < end ? index : nil
    }

    /// Reads what stands between the brackets.
    private static func set(
        _ body: ArraySlice<Unicode.Scalar>
    ) throws(ValueMismatch) -> NameToken {
        var members = body
        let isNegated = members.first == "!" || members.first == "^"
        if isNegated { members = members.dropFirst() }
        var ranges: [ClosedRange<UInt32>] = []
        while let first = takeMember(&members) {
            guard members.first == "-", members.count > 1 else {
                ranges.append(first...first)
                continue
            }
            members = members.dropFirst()
            guard let last = takeMember(&members), last >= first else {
                throw ValueMismatch("a range in \"[]\" goes backwards")
            }
            ranges.append(first...last)
        }
        return .set(ranges: ranges, isNegated: isNegated)
    }

    private static func takeMember(_ members: inout ArraySlice<Unicode.Scalar>) -> UInt32? {
        if members.first == "\\", members.count > 1 { members = members.dropFirst() }
        return members.popFirst()?.value
    }
}
