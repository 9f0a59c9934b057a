import Catalog
import Core
import Transcripts

/// Prices responses by a price table; it belongs to one thread.
final class TablePricing: Pricing {
    /// Models whose names are kept at most.
    private static let most = 1024

    private let table: PriceTable
    /// What a model may be called in the table: thousands of responses have the same few.
    private var known: [String: [String]] = [:]

    init(table: PriceTable) { self.table = table }

    private func names(_ model: String) -> [String] {
        if let names = known[model] { return names }
        let names = ModelName.candidates(model)
        if known.count >= TablePricing.most { known.removeAll() }
        known[model] = names
        return names
    }

    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at time: WallTime?
    ) -> (microdollars: Int64, version: String)? {
        table.price(named: names(model), usage, speed: speed, geography: geography, at: time)
            .map { ($0.microdollars, $0.version) }
    }

    func window(of model: String, at time: WallTime?) -> Int64? {
        table.window(named: names(model), at: time)
    }

    var fingerprint: UInt64 { table.fingerprint }
}
