import Core
import Platform
import SQL

extension CatalogWriter {
    /// Gives a copy of the rows another epoch, so that whoever followed the rows it was made of begins anew.
    ///
    /// Its changes are numbered from behind those that the original may still see: consumers have them, and the
    /// greatest `rev` wins. The file becomes one that stands alone, without a log.
    package static func renewEpoch(_ path: BytePath) throws(SQLError) {
        let database = try Connection(
            path: path,
            options: ConnectionOptions(journalMode: .delete, foreignKeys: false)
        )
        try StoredFunctions.define(in: database)
        let statement = try database.prepare("UPDATE properties SET value = ? WHERE name = 'epoch'")
        try statement.run(values: [.integer(Int64(bitPattern: Entropy.uint64()))])
        try database.prepare("UPDATE properties SET value = value + ? WHERE name = 'rev'")
            .run(revMargin)
    }
}
