import Catalog
import Core
import Transcripts

/// Prices responses by a price table.
struct TablePricing: Pricing {
    let table: PriceTable

    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at time: WallTime?
    ) -> (microdollars: Int64, version: String)? {
        table.price(model, usage, speed: speed, geography: geography, at: time)
            .map { ($0.microdollars, $0.version) }
    }

    func window(of model: String, at time: WallTime?) -> Int64? { table.window(model, at: time) }

    var fingerprint: UInt64 { table.fingerprint }
}
