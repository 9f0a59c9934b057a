import Core
import SQL

extension CatalogReader {
    /// A secret that was found, and what may be shown instead.
    package struct Secret: Sendable, Hashable {
        package var value: String
        package var masked: String
    }

    /// The secrets that were found in messages of these sessions, the longest first.
    package func secrets(of sessions: [Int64]) throws(OperatorError) -> [Secret] {
        var found: Set<Secret> = []
        for session in sessions {
            try forEach(
                """
                SELECT m.text, f.start, f.length, f.masked
                FROM findings f JOIN messages m ON m.id = f.message
                WHERE f.session = ? AND f.kind = 'secret'
                """,
                [.integer(session)]
            ) { row in
                let bytes = Array(row.text(0).utf8)
                let (start, length) = (Int(row.int(1)), Int(row.int(2)))
                guard start >= 0, length > 0, start + length <= bytes.count else { return }
                let value = String(decoding: bytes[start..<start + length], as: UTF8.self)
                found.insert(Secret(value: value, masked: row.text(3)))
            }
        }
        return found.sorted { ($1.value.utf8.count, $0.value) < ($0.value.utf8.count, $1.value) }
    }
}
