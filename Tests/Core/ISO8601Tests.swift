import Core
import Testing

@Suite struct ISO8601Tests {
    @Test(
        "Known moments are written as everybody writes them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ]
    )
    func known(_ milliseconds: Int64, _ text: String) {
        let time = WallTime(nanoseconds: milliseconds * 1_000_000)
        #expect(time.iso8601 == text)
        #expect(WallTime(iso8601: text) == time)
    }

    @Test("Every day of four centuries comes back")
    func everyDay() throws {
        let start = try #require(WallTime(iso8601: "1700-01-01T12:34:56.789Z")).nanoseconds
        for day in 0..<Int64(146_097) {
            // The span is longer than nanoseconds can count, its ends are not.
            let time = WallTime(nanoseconds: start &+ day &* 86_400_000_000_000)
            try #require(WallTime(iso8601: time.iso8601) == time)
        }
    }

    @Test("The ends of the range are written and read")
    func ends() {
        #expect(WallTime(nanoseconds: .max).iso8601 == "2262-04-11T23:47:16.854Z")
        #expect(WallTime(nanoseconds: .min).iso8601 == "1677-09-21T00:12:43.145Z")
        #expect(WallTime(iso8601: "2262-04-11T23:47:16.854Z") != nil)
        #expect(WallTime(iso8601: "2262-04-11T23:47:17Z") == nil)
        #expect(WallTime(iso8601: "0001-01-01T00:00:00Z") == nil)
    }

    @Test(
        "Offsets and fractions of any length are understood",
        arguments: [
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500_000_000),
            ("2023-11-14T20:43:20-0130", 1_700_000_000_000_000_000),
            ("2023-11-14T23:13:20+01", 1_700_000_000_000_000_000),
            ("2023-11-14T22:13:20", 1_700_000_000_000_000_000),
            ("2023-11-14T22:13Z", 1_699_999_980_000_000_000),
            ("2023-11-14 22:13:20,000000001Z", 1_700_000_000_000_000_001),
            ("2023-11-14t22:13:20.1234567899z", 1_700_000_000_123_456_789),
        ]
    )
    func offsets(_ text: String, _ nanoseconds: Int64) {
        #expect(WallTime(iso8601: text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "What is no time is nil",
        arguments: [
            "", "2023", "2023-11-14", "2023-11-14T22", "2023-13-14T22:13:20Z",
            "2023-02-29T22:13:20Z", "2023-11-31T22:13:20Z", "2023-11-14T24:13:20Z",
            "2023-11-14T22:60:20Z", "2023-11-14T22:13:61Z", "2023-11-14T22:13:20.Z",
            "2023-11-14T22:13:20ZZ", "2023-11-14T22:13:20+1:00", "2023-11-14T22:13.5Z",
            "-023-11-14T22:13:20Z",
            "２023-11-14T22:13:20Z", "2023-11-00T22:13:20Z", "1900-02-29T00:00:00Z",
        ]
    )
    func wrong(_ text: String) {
        #expect(WallTime(iso8601: text) == nil)
    }
}
