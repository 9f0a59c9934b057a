import Catalog
import Core
import Delivery
import Platform
import SQL

/// Notices a catalog that is older than what consumers have: restored from a backup, or made anew with nothing to go by.
///
/// Its changes would be numbered a second time, and backends, where the greatest `rev` of an `id` counts, would refuse
/// them. So another life of the catalog begins, behind all that was delivered: every consumer begins from the
/// beginning, and what changes from now on wins.
enum EpochGuard {
    /// Compares the catalog with the consumers' cursors, before anything is written or delivered.
    static func check(_ catalog: CatalogWriter, storage: BytePath) throws(OperatorError) {
        let path = storage.appending(ConsumerStore.name)
        let isThere = try OperatorError.system(.storage, "look for \(path)") {
            () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).statusFollowingLinks(path) != nil
        }
        guard isThere else { return }
        let store = try ConsumerStore(path: path)
        do throws(SQLError) {
            try check(catalog, delivered: try store.records().compactMap(\.cursor?.rev).max() ?? 0)
        } catch {
            throw OperatorError(error)
        }
    }

    /// The same for one cursor, as a backend keeps it with its rows.
    static func check(_ catalog: CatalogWriter, delivered rev: Int64) throws(SQLError) {
        guard catalog.rev < rev else { return }
        Log.warning(
            "the catalog is older than what consumers have (rev \(catalog.rev), delivered \(rev)): "
                + "they begin from the beginning"
        )
        // What was delivered and not noted is within the margin.
        try catalog.beginLife(after: rev + CatalogWriter.revMargin)
    }
}
