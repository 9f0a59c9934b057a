import Catalog
import Core
import Transcripts

/// What a sum of usage says besides: cache, models without a price, prices.
struct CostSummary {
    /// Responses that pay the same prices.
    private struct Rate: Hashable {
        var model: String?
        var speed: String?
        var geography: String?
        /// Days since 1970; nil without a time.
        var day: Int64?
    }

    private static let quartersADay: Int64 = 96

    private(set) var total = UsageSum()
    private var rates: [Rate: UsageSum] = [:]
    private var unpriced: [String?: UsageSum] = [:]
    private var versions: Set<String> = []

    mutating func add(_ group: UsageGroup) {
        total += group.sum
        if let version = group.priceVersion { versions.insert(version) }
        if group.isUnpriced {
            unpriced[group.model, default: UsageSum()] += group.sum
        } else {
            let rate = Rate(
                model: group.model,
                speed: group.speed,
                geography: group.geography,
                day: group.quarter.map { $0 / CostSummary.quartersADay }
            )
            rates[rate, default: UsageSum()] += group.sum
        }
    }

    /// Writes the members of the answer.
    func write(_ prices: PriceTable, _ json: inout JSONBuffer) {
        json.object("total") { UsageRow.write(total, &$0) }
        json.object("cache") { json in
            json.number("hit_rate", total.cacheHitRate)
            json.number("savings", savings(prices))
        }
        json.array("unpriced_models") { json in
            let sorted = unpriced.sorted {
                ($1.value.responses, $0.key ?? "") < ($0.value.responses, $1.key ?? "")
            }
            for (model, sum) in sorted.prefix(100) {
                json.object { json in
                    json.string("model", model)
                    json.number("responses", sum.responses)
                    json.number("tokens", sum.tokens)
                }
            }
        }
        json.array("prices") { json in
            for version in versions.sorted() { json.string(nil, version) }
        }
    }

    /// What would be paid if nothing were cached, less what is (formula 5).
    private func savings(_ prices: PriceTable) -> Int64 {
        rates.reduce(0) { saved, part in
            let (rate, sum) = part
            guard let model = rate.model else { return saved }
            // The whole of the group is no request: what one of them pays is asked of an average one.
            var usage = TokenUsage()
            usage.input = sum.input
            usage.cacheWrite5m = sum.cacheWrite5m
            usage.cacheWrite1h = sum.cacheWrite1h
            usage.cacheRead = sum.cacheRead
            return saved
                + Savings.of(
                    usage,
                    model: model,
                    speed: rate.speed,
                    geography: rate.geography,
                    at: rate.day.map { WallTime(nanoseconds: $0 * 86_400_000_000_000) },
                    prices
                )
        }
    }
}
