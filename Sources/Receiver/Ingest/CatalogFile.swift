import Catalog
import Core
import Platform
import SQL
import Transcripts

/// The file of the rows, `catalog.db`, which is derived from the archive and can be made again at any time.
enum CatalogFile {
    static let name: BytePath = "catalog.db"

    /// Opens it for the one thread that writes; one whose rows another parser made is thrown away before.
    static func open(
        _ root: BytePath,
        _ disk: any Disk,
        prices: PriceTable
    ) throws(OperatorError) -> CatalogWriter {
        let catalog = try open(root, prices)
        do throws(SQLError) {
            guard try catalog.needsRebuild else { return catalog }
        } catch {
            throw OperatorError(error)
        }
        Log.notice("the rows were made by another version; they are made again from the archive")
        try remove(disk)
        return try open(root, prices)
    }

    /// Throws the rows away.
    static func remove(_ disk: any Disk) throws(OperatorError) {
        try OperatorError.system(.fileSystem, "remove the catalog") { () throws(SystemError) in
            for suffix in ["", "-wal", "-shm"] {
                let path = BytePath(name.bytes + Array(suffix.utf8))
                if try disk.status(path) != nil { try disk.remove(path) }
            }
        }
    }

    private static func open(
        _ root: BytePath,
        _ prices: PriceTable
    ) throws(OperatorError) -> CatalogWriter {
        do throws(SQLError) {
            return try CatalogWriter.open(
                root.appending(name),
                options: CatalogOptions(cacheKiB: 8 * 1024),
                pricing: TablePricing(table: prices)
            )
        } catch {
            throw OperatorError(error)
        }
    }
}
