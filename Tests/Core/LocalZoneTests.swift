import Core
import Testing

/// Times as clocks of a place show them.
struct LocalZoneTests {
    /// Central Europe's, which went from summer to winter on 2026-10-25 at 01:00 UTC.
    private static let berlin: LocalZone = {
        let change = WallTime(iso8601: "2026-10-25T01:00Z") ?? WallTime(nanoseconds: 0)
        return LocalZone {
            $0 < change
                ? LocalZone.Offset(seconds: 7200, name: "CEST")
                : LocalZone.Offset(seconds: 3600, name: "CET")
        }
    }()

    private func time(_ text: String) throws -> WallTime { try #require(WallTime(iso8601: text)) }

    @Test("A time is shown with the offset that it has")
    func texts() throws {
        let zone = LocalZoneTests.berlin
        #expect(zone.minute(try time("2026-10-25T00:30Z")) == "2026-10-25 02:30")
        #expect(zone.minute(try time("2026-10-25T01:30Z")) == "2026-10-25 02:30")
        #expect(zone.name(at: try time("2026-10-25T01:30Z")) == "CET")
        #expect(zone.date(try time("2026-11-20T23:30Z")) == "2026-11-21")
        #expect(zone.iso8601(try time("2026-11-20T23:30Z")) == "2026-11-21T00:30:00.000+01:00")
        #expect(LocalZone.utc.iso8601(try time("2026-11-20T23:30Z")) == "2026-11-20T23:30:00.000Z")
        let odd = LocalZone { _ in LocalZone.Offset(seconds: -12_600, name: "-0330") }
        #expect(odd.iso8601(try time("2026-11-20T00:00Z")) == "2026-11-19T20:30:00.000-03:30")
        #expect(odd.name(at: try time("2026-11-20T00:00Z")) == "UTC-0330")
    }

    @Test("A day begins at its midnight, and the day of a change lasts an hour longer")
    func days() throws {
        let zone = LocalZoneTests.berlin
        let day = zone.day(of: try time("2026-10-25T12:00Z"))
        #expect(zone.start(ofDay: day) == (try time("2026-10-24T22:00Z")))
        #expect(zone.start(ofDay: day + 1) == (try time("2026-10-25T23:00Z")))
        for number in (day - 400)...(day + 400) {
            #expect(zone.day(of: zone.start(ofDay: number)) == number)
        }
        #expect(LocalZone.utc.day(of: WallTime(nanoseconds: -1)) == -1)
    }
}
