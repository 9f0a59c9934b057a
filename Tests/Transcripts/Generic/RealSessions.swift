import Foundation

/// The real sessions that the environment names; the tests that need them are skipped without them.
enum RealSessions {
    /// A folder with one folder for each tool.
    static let folder = ProcessInfo.processInfo.environment["TAILSHIP_SESSIONS"]
    /// A table of what an independent reader counted in them: `expected.tsv`.
    static let table = ProcessInfo.processInfo.environment["TAILSHIP_EXPECTED"]

    static let hint = "set TAILSHIP_SESSIONS to a folder of real sessions"
    static let tableHint = hint + " and TAILSHIP_EXPECTED to the table of their counts"

    /// The files of a tool's folder, sorted, relative to `folder`.
    static func files(_ tool: String) -> [String] {
        guard let folder, let found = FileManager.default.subpaths(atPath: folder + "/" + tool)
        else {
            return []
        }
        return found.filter { $0.hasSuffix(".jsonl") || $0.hasSuffix(".json") }
            .map { tool + "/" + $0 }.sorted()
    }

    static func bytes(_ file: String) -> [UInt8] {
        Array(FileManager.default.contents(atPath: (folder ?? "") + "/" + file) ?? Data())
    }

    /// The table's rows of a tool: a file's cells by the names of their columns.
    static func expected(_ tool: String) -> [[String: String]] {
        guard let table, let text = try? String(contentsOfFile: table, encoding: .utf8) else {
            return []
        }
        let rows = text.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let names = rows.first else { return [] }
        return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
            .filter { $0["tool"] == tool }
    }
}
