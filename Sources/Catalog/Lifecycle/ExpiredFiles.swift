import SQL

/// Files whose bytes the archive has let go while rows of them stay: no rebuild gives those again.
package enum ExpiredFiles {
    /// How many there are.
    package static func count(_ database: Connection) throws(SQLError) -> Int64 {
        try database.prepare(
            """
            SELECT count(*) FROM files f
            WHERE expired <> 0 AND EXISTS (SELECT 1 FROM entries WHERE file = f.id)
            """
        ).first { $0.int(0) } ?? 0
    }
}
