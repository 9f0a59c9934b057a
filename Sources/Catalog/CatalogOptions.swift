/// How a catalog is opened.
package struct CatalogOptions: Sendable {
    /// What the file is written for.
    package enum Purpose: Sendable {
        /// Read by others while it is written; every commit is durable.
        case live
        /// Made anew beside the one that is read; not durable, and lost when something fails, until
        /// `CatalogWriter.finish` returned.
        case rebuild
    }

    package var purpose: Purpose
    /// Bound of the page cache.
    package var cacheKiB: Int
    /// Of threads that help.
    package var niceness: Int32

    package init(
        purpose: Purpose = .live,
        cacheKiB: Int = 32 * 1024,
        niceness: Int32 = 0
    ) {
        self.purpose = purpose
        self.cacheKiB = cacheKiB
        self.niceness = niceness
    }
}
