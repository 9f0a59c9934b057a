import Core
import SQL

extension CatalogWriter {
    /// Takes everything out of the rows that only these files tell, and leaves tombstones.
    ///
    /// Call it inside a transaction.
    ///
    /// - Returns: the files that tell some of it too. They must be read again from their starts (their positions
    ///   are set so); until then what they share with the forgotten files is missing.
    package func forget(_ streams: [StreamID]) throws(SQLError) -> [StreamID] {
        var forgetting = Forgetting(self)
        let forgotten = Set(streams.map { files.identifier($0) })
        for file in forgotten.sorted() where try store.file(file) != nil {
            try forgetting.forget(file)
        }
        var again: [StreamID] = []
        for id in forgetting.others.subtracting(forgotten).sorted() {
            guard let file = try store.file(id) else { continue }
            try files.rewind(id)
            again.append(file.stream)
        }
        return again.sorted()
    }

    /// The files with records of a session, by its row's `id`: what `erase` has to forget.
    package func streams(ofSession id: Int64) throws(SQLError) -> [StreamID] {
        let ids = try store.database.prepare("SELECT DISTINCT file FROM entries WHERE session = ?")
            .all(id) { $0.int(0) }
        var streams: [StreamID] = []
        for id in ids {
            if let file = try store.file(id) { streams.append(file.stream) }
        }
        return streams.sorted()
    }
}
