import Core
import Platform
import SQL

extension CatalogWriter {
    /// Gives a copy of the rows another epoch, so that whoever followed the rows it was made of begins anew.
    ///
    /// The file becomes one that stands alone, without a log.
    package static func renewEpoch(_ path: BytePath) throws(SQLError) {
        let database = try Connection(
            path: path,
            options: ConnectionOptions(journalMode: .delete, foreignKeys: false)
        )
        try StoredFunctions.define(in: database)
        let statement = try database.prepare("UPDATE properties SET value = ? WHERE name = 'epoch'")
        try statement.run(values: [.integer(Int64(bitPattern: Entropy.uint64()))])
    }
}
