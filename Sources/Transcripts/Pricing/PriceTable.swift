import Core

/// What the models cost, by the day of the response.
///
/// The built-in table is made by `packaging/make-price-table`; a table of one's own is read over it.
package struct PriceTable: Sendable {
    /// What a response cost.
    package struct Price: Hashable, Sendable {
        /// Millionths of a dollar.
        package var microdollars: Int64
        /// The version of the table that it is from.
        package var version: String
    }

    /// Where a text is no price table.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1.
        package var line: Int
        package var message: String
        package var description: String { "line \(line): \(message)" }
    }

    /// One text: its version and its models by folded name, ascending by the day from which they count.
    struct Layer: Sendable {
        var version = "unnamed"
        var models: [String: [(from: Int64, rates: PriceRates)]] = [:]
        /// Names without a date that nothing else answers to.
        var undated: [String: [(from: Int64, rates: PriceRates)]] = [:]
    }

    /// The first that knows a model tells its price.
    private var layers: [Layer]
    /// Tells tables apart by their texts.
    package private(set) var fingerprint: UInt64

    /// The table that the program was built with.
    package static let standard: PriceTable = {
        do throws(Fault) {
            return try PriceTable(text: builtIn)
        } catch {
            fatalError("the built-in price table is wrong: \(error)")
        }
    }()

    /// Reads a table's text; docs/operations.md describes it.
    ///
    /// Blank lines and those that begin with `#` are passed over. `version NAME` names the table. Every other
    /// line is a model, from `FROM` (YYYY-MM-DD) on; the first of a model counts before its day too:
    ///
    ///     MODEL FROM INPUT OUTPUT CACHE-WRITE CACHE-READ WINDOW WEB-SEARCH FAST US [ABOVE:IN:OUT:WRITE:READ …]
    ///
    /// Prices are millionths of a millionth of a dollar a token ($3 for a million tokens is 3000000), of a
    /// web search for one request; FAST and US are factors; `-` stands for what has none.
    package init(text: String) throws(Fault) {
        layers = [try Layer(text: text)]
        fingerprint = Checksum.xxh3(Array(text.utf8))
    }

    /// This table, and over it another: a model that the other names has its prices from there only.
    package func overridden(by other: PriceTable) -> PriceTable {
        var table = self
        table.layers = other.layers + layers
        let both = [fingerprint, other.fingerprint]
        table.fingerprint = both.withUnsafeBytes { Checksum.xxh3($0) }
        return table
    }

    /// What a response cost; nil for a model that the table does not know.
    ///
    /// The name is the one that the tool wrote. Without a time the newest prices count.
    package func price(
        _ model: String,
        _ usage: TokenUsage,
        speed: String?,
        geography: String?,
        at time: WallTime?
    ) -> Price? {
        price(
            named: ModelName.candidates(model),
            usage,
            speed: speed,
            geography: geography,
            at: time
        )
    }

    /// The same for a model of which the names are known (`ModelName.candidates`).
    package func price(
        named names: [String],
        _ usage: TokenUsage,
        speed: String?,
        geography: String?,
        at time: WallTime?
    ) -> Price? {
        guard let (rates, version) = rates(names, at: time) else { return nil }
        let cost = rates.cost(usage, isFast: speed == "fast", isUS: geography == "us")
        return Price(microdollars: cost, version: version)
    }

    /// What a response would have cost with all of its input plain, to tell what the cache saved.
    package func priceWithoutCache(
        _ model: String,
        _ usage: TokenUsage,
        speed: String?,
        geography: String?,
        at time: WallTime?
    ) -> Price? {
        var plain = usage
        plain.input = usage.context
        plain.cacheRead = 0
        plain.cacheWrite5m = 0
        plain.cacheWrite1h = 0
        return price(model, plain, speed: speed, geography: geography, at: time)
    }

    /// The tokens that a model takes; nil where that is unknown.
    package func window(_ model: String, at time: WallTime? = nil) -> Int64? {
        window(named: ModelName.candidates(model), at: time)
    }

    /// The same for a model of which the names are known.
    package func window(named names: [String], at time: WallTime? = nil) -> Int64? {
        rates(names, at: time)?.rates.window
    }

    private func rates(
        _ names: [String],
        at time: WallTime?
    ) -> (rates: PriceRates, version: String)? {
        for models in [\Layer.models, \Layer.undated] {
            for layer in layers {
                for name in names {
                    guard let entries = layer[keyPath: models][name] else { continue }
                    let latest = time.map { time in entries.last { $0.from <= time.seconds } }
                    let entry = (latest ?? entries.last) ?? entries.first
                    return entry.map { ($0.rates, layer.version) }
                }
            }
        }
        return nil
    }
}
