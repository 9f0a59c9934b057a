import SQL

/// From the lines of files to the responses that count: the numbers of a source.
enum Reconciled {
    static let names: [StaticString] = [
        "files", "bytes", "lines", "entries", "first", "copies", "malformed", "recovered",
        "unknown", "responses", "cost", "unpriced",
    ]

    static func key(_ source: String?, _ tool: String?, _ agent: Int64?) -> String {
        "\(source ?? "")\u{0}\(tool ?? "")\u{0}\(agent ?? 0)"
    }

    /// `row`: source, tool, machine, files, bytes, lines, entries, malformed, recovered, unknown.
    static func numbers(_ row: [SQLValue], _ first: Int64, _ counted: [Int64]) -> [Int64] {
        func number(_ index: Int) -> Int64 { row[index].integer ?? 0 }
        return [
            number(3), number(4), number(5), number(6), first, number(6) - first, number(7),
            number(8), number(9),
        ] + counted
    }

    static func write(_ numbers: [Int64], _ json: inout JSONBuffer) {
        for (name, number) in zip(names, numbers) { json.number(name, number) }
    }
}
