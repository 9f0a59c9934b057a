import Core
import Testing
import Transcripts

@Suite struct PriceTableTests {
    private func usage(
        input: Int64 = 0,
        output: Int64 = 0,
        write5m: Int64 = 0,
        write1h: Int64 = 0,
        read: Int64 = 0,
        searches: Int64 = 0
    ) -> TokenUsage {
        var usage = TokenUsage()
        usage.input = input
        usage.output = output
        usage.cacheWrite5m = write5m
        usage.cacheWrite1h = write1h
        usage.cacheRead = read
        usage.webSearches = searches
        return usage
    }

    private func cost(
        _ model: String,
        _ usage: TokenUsage,
        speed: String? = nil,
        geography: String? = nil,
        at day: String = "2026-04-15"
    ) -> Int64? {
        let time = WallTime(iso8601: day + "T12:00:00Z")
        return PriceTable.standard.price(
            model,
            usage,
            speed: speed,
            geography: geography,
            at: time
        )?
        .microdollars
    }

    @Test func `Each class of tokens has its price`() {
        #expect(cost("claude-opus-4-6", usage(input: 1_000_000)) == 5_000_000)
        #expect(cost("claude-opus-4-6", usage(output: 1_000_000)) == 25_000_000)
        #expect(cost("claude-haiku-4-5", usage(write5m: 100_000)) == 125_000)
        #expect(cost("claude-haiku-4-5", usage(write1h: 100_000)) == 200_000)
        #expect(cost("claude-haiku-4-5", usage(read: 100_000)) == 10_000)
        #expect(cost("claude-haiku-4-5", usage(searches: 3)) == 30_000)
    }

    @Test func `A millionth of a dollar is rounded half up once, over the whole response`() {
        #expect(cost("claude-haiku-4-5", usage(input: 0, read: 5)) == 1)
        #expect(cost("claude-haiku-4-5", usage(input: 0, read: 4)) == 0)
        #expect(cost("claude-haiku-4-5", usage(write5m: 1, read: 3)) == 2)
    }

    @Test func `A request that exceeds a band is priced in it as a whole`() {
        let at = usage(input: 100_000, output: 1_000, read: 100_000)
        #expect(cost("claude-sonnet-4-5", at) == 345_000)
        let above = usage(input: 100_001, output: 1_000, read: 100_000)
        #expect(cost("claude-sonnet-4-5", above) == 682_506)
    }

    @Test func `A response has the price of its day`() {
        let large = usage(input: 300_000)
        #expect(cost("claude-sonnet-4-5", large, at: "2026-05-01") == 1_800_000)
        #expect(cost("claude-sonnet-4-5", large, at: "2026-11-01") == 900_000)
        #expect(cost("claude-opus-4-6", usage(input: 100), at: "2020-01-01") == 500)
    }

    @Test func `Fast answers and those inside the US cost a multiple`() {
        let some = usage(input: 1_000_000)
        #expect(cost("claude-opus-4-6", some, speed: "fast") == 30_000_000)
        #expect(cost("claude-opus-4-6", some, speed: "standard") == 5_000_000)
        #expect(cost("claude-opus-4-6", some, geography: "us") == 5_500_000)
    }

    @Test(arguments: [
        "MiniMax-M2.7", "glm-4.7", "gpt-5.3-codex-spark", "big-pickle", "<synthetic>", "", "sonnet",
    ])
    func `An unknown model has no price`(model: String) {
        #expect(cost(model, usage(input: 1)) == nil)
    }

    @Test(arguments: [
        "claude-opus-4-5-20251101", "claude-opus-4.5", "anthropic/claude-opus-4-5",
        "CLAUDE-opus-4-5",
        "us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5@20251101",
        "claude-opus-4-5[1m]",
        "anthropic/claude-opus-4.5:high", "claude-opus-4-5-thinking", "claude-opus-4-5-20991231",
    ])
    func `Spellings of one model have one price`(model: String) {
        #expect(cost(model, usage(input: 1_000_000)) == 5_000_000)
    }

    @Test func `Retired models keep their prices`() {
        #expect(cost("claude-sonnet-4-20250514", usage(input: 1_000)) == 3_000)
        #expect(cost("claude-3-opus-20240229", usage(output: 1_000)) == 75_000)
    }

    @Test func `Absurd counts are held within bounds`() {
        let absurd = usage(input: .max, output: .max, read: -5)
        #expect((cost("claude-opus-4-6", absurd) ?? -1) > 0)
    }

    @Test func `A table of one's own replaces the models that it names`() throws {
        let own = try PriceTable(
            text: "version mine\n# house model\nbig-pickle 2026-01-01 7 9 - - 1000 - - -\n"
        )
        let table = PriceTable.standard.overridden(by: own)
        #expect(table.fingerprint != PriceTable.standard.fingerprint)
        let price = table.price(
            "big-pickle",
            usage(input: 1_000_000),
            speed: nil,
            geography: nil,
            at: nil
        )
        #expect(price?.microdollars == 7 && price?.version == "mine")
        #expect(table.window("big-pickle") == 1000)
    }

    @Test(arguments: [
        ("claude-opus-4-5", "claude-opus-4-5", "mine"),
        ("claude-opus-4-5", "claude-opus-4-5-20251101", "mine"),
        ("claude-opus-4-5-20251101", "claude-opus-4-5-20251101", "mine"),
        ("claude-opus-4-5-20251101", "claude-opus-4-5", "2026-10-15"),
        ("claude-opus-4-5", "claude-opus-4-6", "2026-10-15"),
    ])
    func `A name of one's own counts for its dated models, and a price says which table it is from`(
        named: String,
        model: String,
        version: String
    ) throws {
        let own = try PriceTable(text: "version mine\n\(named) 2026-01-01 7 9 - - - - - -\n")
        let price = PriceTable.standard.overridden(by: own)
            .price(model, usage(input: 1), speed: nil, geography: nil, at: nil)
        #expect(price?.version == version)
    }

    @Test(arguments: [
        ("x 2026-01-01 1 2", "10 fields"), ("x someday 1 2 - - - - - -", "FROM: expected a day"),
        ("x 2026-01-01 a 2 - - - - - -", "INPUT: expected a whole number"),
        ("x 2026-01-01 1 2 - - - - 0 -", "FAST: expected a factor"),
        ("x 2026-01-01 1 2 - - - - - - 200:1", "expected ABOVE:IN"),
        ("x 2026-01-01 - 2 - - - - - -", "found \"-\""),
    ])
    func `A wrong line is named`(line: String, message: String) {
        do throws(PriceTable.Fault) {
            _ = try PriceTable(text: "version v\n\(line)\n")
            Issue.record("it was taken")
        } catch {
            #expect(error.line == 2)
            #expect(error.message.contains(message))
        }
    }
}
