import Backends
import Catalog
import Delivery

/// A source that has nothing more than what is handed.
final class NoSource: DeliverySource {
    func rows(
        of table: FeedTable,
        in times: Range<Int64>?,
        _ body: ([FeedRow]) throws(Refusal) -> Void
    ) throws(Refusal) {}

    func record(of row: FeedRow) throws(Refusal) -> [UInt8]? { nil }

    func attachment(of row: FeedRow) throws(Refusal) -> [UInt8]? { nil }
}
