import Catalog
import Core
import Platform
import Settings
import Shipping

// Erasing and retiring while the receiver runs.
extension ReceiverService {
    /// How long after its start a receiver has other things to do than to look for what is too old.
    private static let firstPass: Duration = .seconds(60)

    static func housekeeper(
        _ catalog: CatalogWriter,
        _ settings: ReceiverSettings.Retention,
        _ hub: Hub,
        _ ingest: Ingest
    ) -> Housekeeper {
        let door = ArchiveDoor(
            letGo: { streams, reason, done in
                guard let answer = hub.queue.letGo(streams, reason, at: Clock.wall()) else {
                    return false
                }
                hub.archivist.synchronize(after: answer.ticket, done: done)
                return true
            },
            remaining: { streams in
                hub.queue.read { ledger in
                    streams.filter { ledger.streams[$0]?.isTombstone == false }
                }
            },
            announce: { hub.archivist.announce($0) }
        )
        return Housekeeper(
            catalog,
            settings,
            door,
            Housekeeper.Reports(hub.clerk),
            firstPass: Clock.monotonic() + firstPass
        ) { ingest.wake() }
    }

    /// Another process ordered an erasure or a hold.
    func reloadLifecycle() {
        let ingest = ingest
        hub.clerk.order { registry in
            Hub.attempt("read what is to be erased") { () throws(OperatorError) in
                let orders = try registry.lifecycle()
                ingest.order { (keeper) throws(OperatorError) in try keeper.take(orders) }
            }
        }
    }

    /// Looks at once for what is too old.
    func retireNow() {
        ingest.order { (keeper) throws(OperatorError) in keeper.retireNow(Clock.monotonic()) }
    }
}
