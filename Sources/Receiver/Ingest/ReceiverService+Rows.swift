import Core
import Platform
import Settings

// The rows of a running receiver.
extension ReceiverService {
    /// What rows are made with; `changed` is called when some were committed.
    static func parts(
        _ settings: ReceiverSettings,
        _ disk: LinuxDisk,
        _ hub: Hub,
        _ ingest: Ingest,
        _ changed: @escaping @Sendable () -> Void
    ) -> Rebuilder.Parts {
        let root = settings.storage.directory
        let registry = root.appending("receiver.db")
        return Rebuilder.Parts(
            root: root,
            disk: disk,
            ingest: ingest,
            names: { hub.directory.naming($0) },
            sources: { hub.archivist.sources() },
            memory: { () throws(OperatorError) in
                try Rebuilding(try Registry(path: registry), settings.retention)
            },
            minimumFree: settings.storage.minimumFree,
            open: { (prices) throws(OperatorError) in
                let catalog = try CatalogFile.open(root, prices: prices)
                let worker = try IngestWorker(catalog, disk: disk, committed: changed) { agent in
                    hub.directory.naming(agent)
                }
                let keeper = housekeeper(catalog, settings.retention, hub, ingest)
                try keeper.take(try Registry(path: registry).lifecycle())
                return Ingest.Desk(worker: worker, keeper: keeper)
            }
        )
    }
}
