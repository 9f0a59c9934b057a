/// Prices of one model from one day on, in millionths of a millionth of a dollar.
struct PriceRates: Hashable, Sendable {
    /// Prices by token; nil where the list names none.
    struct Band: Hashable, Sendable {
        var input: Int64
        var output: Int64
        var cacheWrite: Int64?
        var cacheRead: Int64?
    }

    var base: Band
    /// Long contexts: above so many tokens of input and cache, ascending.
    var bands: [(above: Int64, rates: Band)]
    /// The tokens that the model takes.
    var window: Int64?
    /// Of one request.
    var webSearch: Int64
    /// What everything is multiplied by at "fast" speed and inside the US, in hundredths.
    var fast: Int64
    var us: Int64

    static func == (a: PriceRates, b: PriceRates) -> Bool {
        a.base == b.base && a.window == b.window && a.webSearch == b.webSearch && a.fast == b.fast
            && a.us == b.us && a.bands.elementsEqual(b.bands) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(base) }

    /// What a response costs, in millionths of a dollar, rounded half up.
    ///
    /// A request whose input and cache strictly exceed a band is priced in that band as a whole. An hour in the
    /// cache costs twice the input; five minutes, where no price is named, as much as the input.
    func cost(_ usage: TokenUsage, isFast: Bool, isUS: Bool) -> Int64 {
        let band = bands.last { usage.context > $0.above }?.rates
        let rates = band ?? base
        let write = rates.cacheWrite ?? scaled(base.cacheWrite, rates) ?? rates.input
        let read = rates.cacheRead ?? scaled(base.cacheRead, rates) ?? rates.input
        let parts: [(Int64, Int64)] = [
            (usage.input, rates.input),
            (usage.output, rates.output),
            (usage.cacheWrite5m, write),
            (usage.cacheWrite1h, 2 * rates.input),
            (usage.cacheRead, read),
            (usage.webSearches, webSearch),
        ]
        var sum: Double = 0
        var exact: Int64 = 0
        var overflowed = false
        for (count, rate) in parts {
            let (product, productOverflow) = max(0, count).multipliedReportingOverflow(by: rate)
            let (total, totalOverflow) = exact.addingReportingOverflow(product)
            overflowed = overflowed || productOverflow || totalOverflow
            exact = total
            sum += Double(max(0, count)) * Double(rate)
        }
        let percent = (isFast ? fast : 100) * (isUS ? us : 100)
        // Token counts beyond all reason come from damaged files; they must not trap.
        let scaledSum = sum * Double(percent) / 10_000 / 1_000_000
        if overflowed || scaledSum > 1e12 { return Int64(min(scaledSum, 9e18)) }
        let (whole, overflow) = exact.multipliedReportingOverflow(by: percent)
        if overflow { return Int64(scaledSum.rounded(.toNearestOrAwayFromZero)) }
        return (whole + 5_000_000_000) / 10_000_000_000
    }

    /// A price that a band does not name grows as its input does.
    private func scaled(_ price: Int64?, _ band: Band) -> Int64? {
        guard let price, base.input > 0 else { return nil }
        return price * band.input / base.input
    }
}
