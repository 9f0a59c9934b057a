import Catalog
import Core

/// What people ordered of sessions, and what was done for their age: the part of `receiver.db` that rows depend on.
struct LifecycleOrders: Sendable, Hashable {
    /// Sessions that were erased; nothing of them is taken again.
    var erased: Set<SessionName> = []
    /// Those of `erased` that are not known to be gone from archive and rows.
    var pending: Set<SessionName> = []
    /// Sessions that are neither erased nor retired.
    var held: Set<SessionName> = []
    /// Rows of these tables before these times were retired once.
    var cutoffs: [AgingTable: WallTime] = [:]
}
