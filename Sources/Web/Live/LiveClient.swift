import Catalog
import Core

/// Somebody who watches: what is wanted, and how far it was sent.
///
/// It belongs to the hub's thread.
final class LiveClient {
    /// What a client asks for.
    struct Wish: Sendable, Hashable {
        /// Records that it lets through; nil for none at all.
        var query: SearchQuery?
        var hasNumbers: Bool
        /// Whose numbers; nil for all.
        var owner: String?
        /// Minutes east of UTC; nil for the receiver's own zone.
        var zone: Int64?
        /// The login that ends it; nil where nobody had to log in.
        var access: String?
        var expires: WallTime?
        /// The record behind which it begins.
        var after: StreamPosition
    }

    let wish: Wish
    let feed: Feed
    let began: Instant
    /// The last record that was looked at for it, and the numbering that it knows.
    var position: StreamPosition
    var sentNumbers: [UInt8] = []
    var lastWrite: Instant

    init(_ wish: Wish, _ feed: Feed, now: Instant) {
        self.wish = wish
        self.feed = feed
        position = wish.after
        began = now
        lastWrite = now
    }

    /// Bytes that may wait; what is more, is read again when they are sent.
    static let most = 256 << 10

    var isBehind: Bool { feed.pending > LiveClient.most }

    func send(_ bytes: [UInt8], now: Instant) {
        feed.write(bytes)
        lastWrite = now
    }
}
