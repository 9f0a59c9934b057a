import Catalog
import Delivery

/// What a backend may ask for beyond the rows that it is handed.
package protocol DeliverySource: AnyObject {
    /// Gives all rows of a table whose time is in `times` (nanoseconds since 1970; nil for rows without one), as this
    /// consumer gets them, to `body` in pieces.
    func rows(
        of table: FeedTable,
        in times: Range<Int64>?,
        _ body: ([FeedRow]) throws(Refusal) -> Void
    ) throws(Refusal)

    /// The bytes of the record that a row of `entries` tells of; nil when the archive has them no more.
    func record(of row: FeedRow) throws(Refusal) -> [UInt8]?

    /// The bytes of an image or document that a row of `attachments` tells of; nil when only a name of it is known, or
    /// the consumer must not have it.
    func attachment(of row: FeedRow) throws(Refusal) -> [UInt8]?
}
