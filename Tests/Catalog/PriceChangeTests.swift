import Catalog
import CatalogSupport
import Core
import SQL
import Testing
import Transcripts

/// What another price table changes.
struct PriceChangeTests {
    /// So many millionths a token for "model-a", one for "model-b", none for others.
    private struct Prices: Pricing {
        var rate: Int64

        func price(
            model: String,
            usage: TokenUsage,
            speed: String?,
            geography: String?,
            at: WallTime?
        ) -> (microdollars: Int64, version: String)? {
            switch model {
            case "model-a": (usage.total * rate, "v\(rate)")
            case "model-b": (usage.total, "v")
            default: nil
            }
        }

        func window(of model: String, at: WallTime?) -> Int64? { nil }

        var fingerprint: UInt64 { UInt64(rate) }
    }

    @Test("Responses whose price changes take it with a new rev, the others stay, totals follow")
    func reprice() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open(pricing: Prices(rate: 2))
        try writer.begin()
        for file in History(seed: 5).files { while try file.feed(writer) {} }
        #expect(try writer.reprice(after: nil, limit: 1000, now: WallTime(nanoseconds: 1)) == nil)
        try writer.commit()
        let dear = Prices(rate: 7)
        writer.use(dear)
        #expect(try writer.hasStalePrices)
        let last = writer.rev
        var next: Int64?
        repeat {
            try writer.begin()
            next = try writer.reprice(after: next, limit: 2, now: WallTime(nanoseconds: 1))
            try writer.commit()
        } while next != nil
        #expect(try !writer.hasStalePrices)
        let reader = try place.reader()
        #expect(try SessionSums.differences(reader) == [])
        let rows = try reader.prepare(
            """
            SELECT model, cost, input_tokens + output_tokens + cache_write_5m_tokens
                + cache_write_1h_tokens + cache_read_tokens, rev FROM responses WHERE error = 0
            """
        ).all { ($0.text(0), $0.int(1), $0.int(2), $0.int(3)) }
        for (model, cost, tokens, rev) in rows {
            let isDear = model == "model-a"
            #expect(cost == (isDear ? 7 * tokens : model == "model-b" ? tokens : 0))
            #expect((rev > last) == isDear)
        }
        #expect(rows.contains { $0.0 == "model-a" } && rows.contains { $0.0 == "model-b" })
        let again = try place.open(pricing: dear)
        #expect(try !again.hasStalePrices)
    }
}
