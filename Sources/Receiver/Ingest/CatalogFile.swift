import Catalog
import Core
import Platform
import SQL
import Transcripts

/// The file of the rows, which is derived from the archive and can be made again at any time.
///
/// ```
/// catalog.db               the rows, or a symbolic link to the file that has them
/// catalog-<16 digits>.db   such a file
/// catalog.db.new           rows that are being made anew
/// ```
///
/// Rows that were made anew take their place by exchanging the link, in one step that a crash leaves done or not
/// done. SQLite names a file's log after the file itself and not after the link, so whoever still reads the former
/// file keeps its log too, until it is closed.
enum CatalogFile {
    static let name: BytePath = "catalog.db"
    /// Rows that are being made anew.
    static let building: BytePath = "catalog.db.new"
    private static let link: BytePath = "catalog.db.link"
    /// Of the files beside a database; the last is that of its search indexes while they are built.
    private static let suffixes = ["", "-wal", "-shm", "-journal", "-search"]
    /// Bounds of the page cache.
    private static let liveCache = 8 * 1024
    private static let rebuildCache = 16 * 1024

    /// Opens it for the one thread that writes; a file that cannot be used at all is thrown away before.
    static func open(_ root: BytePath, prices: PriceTable) throws(OperatorError) -> CatalogWriter {
        do throws(SQLError) {
            return try writer(root.appending(name), CatalogOptions(cacheKiB: liveCache), prices)
        } catch {
            guard isUnusable(error) else { throw OperatorError(error) }
            Log.error(
                "the rows are lost and are made again from the archive, the newest first: \(error)"
            )
        }
        try remove(root)
        do throws(SQLError) {
            return try writer(root.appending(name), CatalogOptions(cacheKiB: liveCache), prices)
        } catch {
            throw OperatorError(error)
        }
    }

    /// Whether the file is damaged, is none of SQLite's, or has other tables than its version says.
    private static func isUnusable(_ error: SQLError) -> Bool {
        error.isCorrupt || error.isNotADatabase || error.isMistaken
    }

    /// Begins a file of rows that are made anew; an unfinished one is thrown away.
    static func begin(
        _ root: BytePath,
        prices: PriceTable,
        niceness: Int32
    ) throws(OperatorError) -> CatalogWriter {
        try removeBuilding(root)
        let options = CatalogOptions(
            purpose: .rebuild,
            cacheKiB: rebuildCache,
            niceness: niceness
        )
        do throws(SQLError) {
            return try writer(root.appending(building), options, prices)
        } catch {
            throw OperatorError(error)
        }
    }

    private static func writer(
        _ path: BytePath,
        _ options: CatalogOptions,
        _ prices: PriceTable
    ) throws(SQLError) -> CatalogWriter {
        try CatalogWriter.open(
            path,
            options: options,
            pricing: TablePricing(table: prices)
        )
    }

    // MARK: Files

    /// Puts the finished file in the place of the one that is read; nobody may have it open.
    static func exchange(_ root: BytePath) throws(OperatorError) {
        let target = BytePath("catalog-\(Hex.encode(Entropy.uint64())).db")
        try files(root, "exchange the catalog") { (disk) throws(SystemError) in
            try disk.rename(building, to: target)
            try disk.remove(link)
            try disk.linkSymbolically(link, to: target)
            try disk.synchronizeDirectory("")
            try disk.rename(link, to: name)
            try disk.synchronizeDirectory("")
        }
    }

    /// Removes what is not in use: rows that were not finished, files that were exchanged.
    ///
    /// Whoever has one of them open reads on.
    static func tidy(_ root: BytePath) throws(OperatorError) {
        try removeBuilding(root)
        try files(root, "remove former catalogs") { (disk) throws(SystemError) in
            let all = try LinuxDisk(root: "/", links: .follow)
            let current = try all.statusFollowingLinks(root.appending(name))
            let isLink = try disk.status(name)?.kind == .symbolicLink
            try disk.remove(link)
            for entry in try disk.list("") {
                let owner = BytePath(base(of: entry.name))
                if owner == name {
                    // Beside a link there is no log of its own name.
                    if isLink, entry.name != name { try disk.remove(entry.name) }
                } else if owner.bytes.starts(with: Array("catalog-".utf8)) {
                    let status = try disk.status(owner)
                    guard current != nil, status?.inode != current?.inode else { continue }
                    try disk.remove(entry.name)
                }
            }
        }
    }

    /// Bytes of the rows with their log; 0 when there are none.
    static func size(_ root: BytePath) throws(OperatorError) -> UInt64 {
        try OperatorError.system(.fileSystem, "look for the catalog") { () throws(SystemError) in
            let disk = try LinuxDisk(root: "/", links: .follow)
            return try disk.statusFollowingLinks(root.appending(name))?.size ?? 0
        }
    }

    /// Throws unfinished rows away.
    static func removeBuilding(_ root: BytePath) throws(OperatorError) {
        try files(root, "remove an unfinished catalog") { (disk) throws(SystemError) in
            for suffix in suffixes {
                try disk.remove(BytePath(building.bytes + Array(suffix.utf8)))
            }
        }
    }

    private static func remove(_ root: BytePath) throws(OperatorError) {
        try files(root, "remove the catalog") { (disk) throws(SystemError) in
            // Of a link only the link: what it leads to is tidied up.
            for suffix in suffixes { try disk.remove(BytePath(name.bytes + Array(suffix.utf8))) }
        }
        try tidy(root)
    }

    /// A database's name without what its log and index append.
    private static func base(of name: BytePath) -> [UInt8] {
        for suffix in suffixes.dropFirst()
        where name.bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) {
            return Array(name.bytes.dropLast(suffix.utf8.count))
        }
        return name.bytes
    }

    private static func files(
        _ root: BytePath,
        _ what: String,
        _ body: (LinuxDisk) throws(SystemError) -> Void
    ) throws(OperatorError) {
        try OperatorError.system(.fileSystem, what) { () throws(SystemError) in
            try body(try LinuxDisk(root: root, links: .refuse))
        }
    }
}
