import Core
import SQL

extension CatalogWriter {
    /// Prices what is written from now on by another table.
    package func use(_ pricing: any Pricing) {
        responses.pricing = pricing
        settler.pricing = pricing
    }

    /// Whether responses may have prices that are not of the table in use.
    package var hasStalePrices: Bool {
        get throws(SQLError) {
            try store.value(of: "prices").integer
                != Int64(bitPattern: responses.pricing.fingerprint)
        }
    }

    /// Prices responses by the table in use; what does not change keeps its `rev`.
    ///
    /// Call it inside a transaction, from nil until it returns nil; after a crash it begins anew.
    ///
    /// - Parameters:
    ///   - last: what the last call returned.
    ///   - limit: how many responses at most.
    ///   - now: when sessions changed that are settled again.
    /// - Returns: where to go on; nil when all are priced.
    /// - Throws: when the database fails.
    package func reprice(
        after last: Int64?,
        limit: Int,
        now: WallTime
    ) throws(SQLError) -> Int64? {
        let next = try responses.reprice(after: last, limit: limit)
        try sessions.flush(at: now.nanoseconds)
        if next == nil { try notePrices() }
        return next
    }

    /// All responses are priced by the table in use.
    func notePrices() throws(SQLError) {
        try store.set("prices", .integer(Int64(bitPattern: responses.pricing.fingerprint)))
    }
}
