import Catalog
import Core
import SQL
import Synchronization

/// The orders of the sessions that were looked at last.
final class TranscriptOrders: Sendable {
    private struct Entry {
        var session: Int64
        var epoch: String
        var order: TranscriptOrder
    }

    /// Items of all that are remembered.
    private static let most = 200_000

    /// The last one is the newest.
    private let entries = Mutex<[Entry]>([])

    /// The order of a session as it is now.
    func order(_ session: Int64, _ context: RequestContext) throws(APIError) -> TranscriptOrder {
        let rev = try context.count("SELECT rev FROM sessions WHERE id = ?", [.integer(session)])
        let epoch = context.head.epoch
        let known = entries.withLock { entries -> TranscriptOrder? in
            guard let index = entries.firstIndex(where: { $0.session == session }) else {
                return nil
            }
            let entry = entries.remove(at: index)
            guard entry.epoch == epoch, entry.order.rev == rev else { return nil }
            entries.append(entry)
            return entry.order
        }
        if let known { return known }
        let order = try TranscriptOrder(session, rev: rev, context)
        entries.withLock { entries in
            entries.removeAll { $0.session == session }
            entries.append(Entry(session: session, epoch: epoch, order: order))
            var count = entries.reduce(0) { $0 + $1.order.items.count }
            while count > TranscriptOrders.most, entries.count > 1 {
                count -= entries.removeFirst().order.items.count
            }
        }
        return order
    }
}
