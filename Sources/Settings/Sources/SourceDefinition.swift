import Core

/// One source as a scanner needs it: a folder, and what in it is shipped.
package struct SourceDefinition: Sendable, Hashable {
    /// The name that stands in the archive's path.
    package let name: String
    /// An absolute path; a file's path in the archive is relative to it.
    package let root: BytePath
    /// The first that fits decides.
    package let rules: [SourceRule]
    /// They come before the rules, and take a folder with everything below it.
    package let excludes: [Glob]
    /// Whether symbolic links are followed.
    package let followLinks: Bool

    /// What happens with the file at `path`, relative to the root.
    package func decide(_ path: BytePath) -> SourceDecision {
        guard SourceDefinition.refusal(forName: path.lastComponent) == nil else {
            return .skip(.database)
        }
        if let index = excludes.firstIndex(where: { $0.matches(path) }) {
            return .skip(.excluded(index))
        }
        guard let index = rules.firstIndex(where: { $0.pattern.matches(path) }) else {
            return .skip(.noRule)
        }
        return .ship(rules[index].mode, rule: index)
    }

    /// Whether anything below `folder`, relative to the root, can be shipped; an empty path is the root.
    package func couldShip(below folder: BytePath) -> Bool {
        rules.contains { $0.pattern.couldMatch(below: folder) }
            && !excludes.contains { $0.matches(folder) }
    }

    /// Why the decision fell, as a sentence for people that names the rule.
    package func explanation(of path: BytePath) -> String {
        switch decide(path) {
        case .ship(let mode, let rule):
            let how =
                mode == .tail
                ? "as it grows (tail)" : "whole, each time that it changed (snapshot)"
            return "shipped \(how) by \(TOMLText.quoted(rules[rule].pattern.pattern)) "
                + "of [source.\(name)]"
        case .skip(.excluded(let index)):
            return "not shipped: excluded by \(TOMLText.quoted(excludes[index].pattern)) "
                + "of [source.\(name)]"
        case .skip(.database):
            let reason = SourceDefinition.refusal(forName: path.lastComponent) ?? ""
            return "not shipped: " + reason
        case .skip(.noRule):
            let patterns = rules.map { TOMLText.quoted($0.pattern.pattern) }
            return "not shipped: no pattern of [source.\(name)] fits "
                + "(\(patterns.joined(separator: ", ")))"
        }
    }

    /// Why no file of this name is ever shipped; nil for names that may be.
    ///
    /// A database that is copied while its program writes it is torn, and its companions mean nothing alone.
    package static func refusal(forName name: BytePath) -> String? {
        guard isDatabase(name) else { return nil }
        return "\(name) is a database: a copy of it, taken while its program writes, would be torn"
    }

    /// Upper and lower case are one here.
    private static func isDatabase(_ name: BytePath) -> Bool {
        var name = name.bytes[...]
        if let companion = databaseCompanions.first(where: { hasEnding(name, $0) }) {
            name = name.dropLast(companion.utf8CodeUnitCount)
        }
        return databaseEndings.contains { hasEnding(name, $0) }
    }

    private static let databaseEndings: [StaticString] = [".sqlite", ".sqlite3", ".db", ".vscdb"]
    private static let databaseCompanions: [StaticString] = ["-wal", "-shm", "-journal"]

    /// The ending is given in lower case.
    private static func hasEnding(_ name: ArraySlice<UInt8>, _ ending: StaticString) -> Bool {
        ending.withUTF8Buffer { ending in
            guard name.count >= ending.count else { return false }
            return zip(name.suffix(ending.count), ending).allSatisfy { byte, expected in
                let isUppercase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                return (isUppercase ? byte | 0x20 : byte) == expected
            }
        }
    }
}
