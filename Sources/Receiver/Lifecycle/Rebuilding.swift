import Catalog
import Core
import Platform
import SQL
import Settings

/// What a rebuild of the rows takes from the receiver's memory, as the archive does not tell it.
struct Rebuilding {
    private let orders: LifecycleOrders
    private let settings: ReceiverSettings.Retention

    init(_ registry: Registry, _ settings: ReceiverSettings.Retention) throws(OperatorError) {
        orders = try registry.lifecycle()
        self.settings = settings
    }

    /// Before anything is read: sessions that were erased give no rows.
    func begin(_ catalog: CatalogWriter) { catalog.setErased(orders.erased) }

    /// When everything was read and settled: rows that were retired once, or are too old, go.
    func finish(_ catalog: CatalogWriter, now: WallTime) throws(OperatorError) {
        try catalog.change { () throws(SQLError) in try catalog.setHeld(orders.held) }
        var plan = settings.plan(at: now)
        for (table, cutoff) in orders.cutoffs {
            plan.cutoffs[table] = max(cutoff, plan.cutoffs[table] ?? cutoff)
        }
        var pass = CatalogWriter.RetirementPass()
        while !pass.isDone {
            try catalog.change { () throws(SQLError) in
                try catalog.retire(plan, &pass, until: Clock.monotonic() + .seconds(1))
            }
        }
    }
}
