import Core

/// The same matching as `Glob`, written the obvious and exponential way, over one pattern without braces.
enum GlobReference {
    /// - Parameter pattern: parts between separators; `**` any number of names.
    static func matches(_ pattern: [String], _ path: [[UInt8]]) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = Array(pattern.dropFirst())
        if first == "**" {
            if rest.isEmpty { return !path.isEmpty }
            return (0...path.count).contains { matches(rest, Array(path.dropFirst($0))) }
        }
        guard let name = path.first else { return false }
        return matchesName(Array(first.unicodeScalars), characters(of: name))
            && matches(rest, Array(path.dropFirst()))
    }

    /// Whether some path below `folder`, of up to three names more, fits.
    static func couldMatch(_ pattern: [String], below folder: [[UInt8]], names: [[UInt8]]) -> Bool {
        var frontier = [folder]
        for _ in 0..<3 {
            frontier = frontier.flatMap { base in names.map { base + [$0] } }
            if frontier.contains(where: { matches(pattern, $0) }) { return true }
        }
        return false
    }

    private static func matchesName(
        _ pattern: [Unicode.Scalar],
        _ name: [[UInt8]]
    ) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = Array(pattern.dropFirst())
        switch first {
        case "*":
            return (0...name.count).contains { matchesName(rest, Array(name.dropFirst($0))) }
        case "?":
            return !name.isEmpty && matchesName(rest, Array(name.dropFirst()))
        case "[":
            // The tests only write [ab] and [!ab].
            guard let close = rest.firstIndex(of: "]"), let character = name.first else {
                return false
            }
            let isNegated = rest.first == "!"
            let members = rest[(isNegated ? 1 : 0)..<close]
            let isMember = members.contains { Array(String($0).utf8) == character }
            return isMember != isNegated
                && matchesName(Array(rest[(close + 1)...]), Array(name.dropFirst()))
        default:
            return name.first == Array(String(first).utf8)
                && matchesName(rest, Array(name.dropFirst()))
        }
    }

    /// Well-formed UTF-8 sequences, and single bytes between them.
    private static func characters(of name: [UInt8]) -> [[UInt8]] {
        var characters: [[UInt8]] = []
        var index = 0
        while index < name.count {
            let width =
                (1...4).first { width in
                    index + width <= name.count
                        && String(validating: name[index..<(index + width)], as: UTF8.self)?
                            .unicodeScalars.count == 1
                } ?? 1
            characters.append(Array(name[index..<(index + width)]))
            index += width
        }
        return characters
    }
}
