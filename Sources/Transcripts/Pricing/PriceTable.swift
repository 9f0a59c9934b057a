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

    /// Names the table in every price.
    package private(set) var version: String
    /// By folded name; ascending by the day from which they count.
    private var models: [String: [(from: Int64, rates: PriceRates)]]

    /// The table that the program was built with.
    package static let standard: PriceTable = {
        do throws(Fault) {
            return try PriceTable(text: builtIn)
        } catch {
            fatalError("the built-in price table is wrong: \(error)")
        }
    }()

    /// Reads a table's text.
    ///
    /// Blank lines and those that begin with `#` are passed over. `version NAME` names the table. Every other
    /// line is a model, from `FROM` (YYYY-MM-DD) on; the first of a model counts before its day too:
    ///
    ///     MODEL FROM INPUT OUTPUT CACHE-WRITE CACHE-READ WINDOW WEB-SEARCH FAST US [ABOVE:IN:OUT:WRITE:READ …]
    ///
    /// Prices are millionths of a millionth of a dollar a token ($3 for a million tokens is 3000000), of a
    /// web search for one request; FAST and US are factors; `-` stands for what has none.
    package init(text: String) throws(Fault) {
        version = "unnamed"
        models = [:]
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            if first == "version", fields.count == 2 {
                version = String(fields[1])
                continue
            }
            try add(fields, number)
        }
        for (name, entries) in models { models[name] = entries.sorted { $0.from < $1.from } }
        addUndatedNames()
    }

    /// This table, and over it another: models of the other replace those of this one.
    package func overridden(by other: PriceTable) -> PriceTable {
        var table = self
        table.models.merge(other.models) { $1 }
        table.version += "+" + other.version
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
        guard let rates = rates(model, at: time) else { return nil }
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
        rates(model, at: time)?.window
    }

    private func rates(_ model: String, at time: WallTime?) -> PriceRates? {
        for name in ModelName.candidates(model) {
            guard let entries = models[name] else { continue }
            guard let time else { return entries.last?.rates }
            return (entries.last { $0.from <= time.seconds } ?? entries.first)?.rates
        }
        return nil
    }

    /// A dated model answers to its undated name where nothing else does.
    private mutating func addUndatedNames() {
        for (name, entries) in models.sorted(by: { $0.key < $1.key }) {
            let undated = ModelName.withoutDate(name)
            if models[undated] == nil { models[undated] = entries }
        }
    }

    private mutating func add(_ fields: [Substring], _ line: Int) throws(Fault) {
        guard fields.count >= 10 else {
            throw Fault(line: line, message: "10 fields were expected, \(fields.count) stand there")
        }
        guard let from = WallTime(iso8601: "\(fields[1])T00:00:00Z") else {
            throw Fault(line: line, message: "\"\(fields[1])\" is no day; expected YYYY-MM-DD")
        }
        var bands: [(above: Int64, rates: PriceRates.Band)] = []
        for field in fields.dropFirst(10) {
            let parts = field.split(separator: ":")
            guard parts.count == 5, let above = Int64(parts[0]) else {
                throw Fault(
                    line: line,
                    message: "\"\(field)\" is no band; expected ABOVE:IN:OUT:WRITE:READ"
                )
            }
            bands.append((above, try band(parts.dropFirst(), line)))
        }
        let rates = PriceRates(
            base: try band(fields[2..<6], line),
            bands: bands.sorted { $0.above < $1.above },
            window: try optional(fields[6], line),
            webSearch: try optional(fields[7], line) ?? 10_000_000_000,
            fast: try factor(fields[8], line),
            us: try factor(fields[9], line)
        )
        models[ModelName.folded(String(fields[0])), default: []].append((from.seconds, rates))
    }

    private func band(_ fields: ArraySlice<Substring>, _ line: Int) throws(Fault) -> PriceRates.Band
    {
        let prices = Array(fields)
        guard let input = try optional(prices[0], line), let output = try optional(prices[1], line)
        else { throw Fault(line: line, message: "a price for input and one for output are needed") }
        return PriceRates.Band(
            input: input,
            output: output,
            cacheWrite: try optional(prices[2], line),
            cacheRead: try optional(prices[3], line)
        )
    }

    private func optional(_ field: Substring, _ line: Int) throws(Fault) -> Int64? {
        if field == "-" { return nil }
        guard let value = Int64(field), (0...1_000_000_000_000).contains(value) else {
            throw Fault(
                line: line,
                message: "\"\(field)\" is no price; expected a whole number or -"
            )
        }
        return value
    }

    /// Hundredths; 100 for none.
    private func factor(_ field: Substring, _ line: Int) throws(Fault) -> Int64 {
        if field == "-" { return 100 }
        guard let value = Double(field), value > 0, value <= 100 else {
            throw Fault(
                line: line,
                message: "\"\(field)\" is no factor; expected a number like 1.1 or -"
            )
        }
        return Int64((value * 100).rounded())
    }
}
