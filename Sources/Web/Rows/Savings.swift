import Core
import Transcripts

/// What caches save.
enum Savings {
    /// What the tokens would cost as plain input, less what they cost; 0 without a price.
    ///
    /// Millionths of a dollar. Of sums a request's band cannot be told, so that the base price counts: the sums are cut
    /// into parts that stay below every band.
    static func of(
        _ usage: TokenUsage,
        model: String,
        speed: String?,
        geography: String?,
        at time: WallTime?,
        _ prices: PriceTable
    ) -> Int64 {
        let parts = max(1, usage.context / largest)
        var part = TokenUsage()
        part.input = usage.input / parts
        part.cacheWrite5m = usage.cacheWrite5m / parts
        part.cacheWrite1h = usage.cacheWrite1h / parts
        part.cacheRead = usage.cacheRead / parts
        guard
            let paid = prices.price(model, part, speed: speed, geography: geography, at: time),
            let plain = prices.priceWithoutCache(
                model,
                part,
                speed: speed,
                geography: geography,
                at: time
            )
        else { return 0 }
        return (plain.microdollars - paid.microdollars) &* parts
    }

    /// Below the least band of any model.
    private static let largest: Int64 = 100_000
}
