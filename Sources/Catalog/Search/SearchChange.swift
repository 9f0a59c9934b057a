import SQL

/// One change of the indexes of words and fragments.
struct SearchChange: Sendable {
    /// Which index changes, and how.
    enum Kind: Int, Sendable, CaseIterable {
        case addWords
        case removeWords
        case addFragments
        case removeFragments

        fileprivate var sql: String {
            switch self {
            case .addWords: "INSERT INTO words (rowid, text) VALUES (?, ?)"
            case .removeWords: "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)"
            case .addFragments:
                "INSERT INTO fragments (rowid, file_path, command, query) VALUES (?, ?, ?, ?)"
            case .removeFragments:
                """
                INSERT INTO fragments (fragments, rowid, file_path, command, query)
                VALUES ('delete', ?, ?, ?, ?)
                """
            }
        }
    }

    var kind: Kind
    /// The row's number, then its columns; of a row that goes, those that it had.
    var values: [SQLValue]

    /// Bytes of memory that it keeps, more or less.
    var size: Int {
        values.reduce(64) { size, value in
            if case .text(let text) = value { size + text.utf8.count } else { size + 16 }
        }
    }

    /// The statements that make changes in a database.
    struct Statements {
        private let all: [Statement]

        init(_ database: Connection) throws(SQLError) {
            all = try Kind.allCases.map { (kind) throws(SQLError) in
                try database.prepare(kind.sql)
            }
        }

        func run(_ change: SearchChange) throws(SQLError) {
            try all[change.kind.rawValue].run(values: change.values)
        }
    }
}
