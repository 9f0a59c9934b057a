import Testing

/// The latest state of each row of a stream in which rows come again.
struct LatestRows {
    private var rows: [String: (rev: Int64, isDeleted: Bool)] = [:]

    mutating func add(_ key: String, rev: Int64, isDeleted: Bool) {
        if rev >= rows[key]?.rev ?? -1 { rows[key] = (rev, isDeleted) }
    }

    // `table/id`, `rev`, and 1 for a row that is gone.
    mutating func add(line: Substring) throws {
        let words = line.split(separator: " ")
        try #require(words.count == 3)
        add(String(words[0]), rev: try #require(Int64(words[1])), isDeleted: words[2] == "1")
    }

    /// Those of the tables that are there.
    func kept(_ tables: [String]) -> [String: Int64] {
        rows.filter {
            !$0.value.isDeleted && tables.contains(String($0.key.prefix { $0 != "/" }))
        }.mapValues(\.rev)
    }
}

extension [String: Int64] {
    // An identifier and a `rev`; one that stands twice is a failure.
    mutating func add(line: Substring, table: String? = nil) throws {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "|" })
        try #require(words.count == 2)
        let key = (table.map { $0 + "/" } ?? "") + words[0]
        #expect(updateValue(try #require(Int64(words[1])), forKey: key) == nil, "\(key) twice")
    }
}
