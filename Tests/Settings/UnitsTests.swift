import Core
import Testing

@testable import Settings

@Suite("Sizes, durations and addresses")
struct UnitsTests {
    @Test(
        "A size is a number and a unit",
        arguments: [
            ("0", 0), ("512", 512), ("512B", 512), ("1KB", 1000), ("1KiB", 1024),
            ("64MiB", 64 << 20),
            ("1.5GiB", 3 << 29), ("1GB", 1_000_000_000), ("2 TiB", 2 << 40), ("0.3KiB", 307),
            ("1TB", 1_000_000_000_000),
        ] as [(String, UInt64)]
    )
    func sizes(text: String, bytes: UInt64) throws {
        #expect(try ByteSize.parse(text) == bytes)
    }

    @Test(
        "What is no size is refused",
        arguments: [
            "", "MiB", "-1", "-1MiB", "1.", ".5GiB", "1.2.3MiB", "1e3", "1 MiB x", "64mib", "64M",
            "99999999999TiB", "9999999999999999999999", "١MiB", "½MiB", "1,5GiB", "1\u{301}MiB",
        ]
    )
    func badSizes(text: String) {
        #expect(throws: ValueMismatch.self) { try ByteSize.parse(text) }
    }

    @Test("A size is written in the largest unit that keeps it whole, and reads back")
    func sizeText() throws {
        let sizes: [(UInt64, String)] = [
            (0, "0B"), (1, "1B"), (1000, "1000B"), (1024, "1KiB"), (3 << 29, "1536MiB"),
            (20 << 30, "20GiB"), (1 << 50, "1024TiB"), (.max >> 10, "18014398509481983B"),
        ]
        for (bytes, text) in sizes {
            #expect(ByteSize.text(bytes) == text)
            #expect(try ByteSize.parse(text) == bytes)
        }
    }

    @Test(
        "A duration is a number and a unit",
        arguments: [
            ("0", .zero), ("0ms", .zero), ("5s", .seconds(5)), ("250ms", .milliseconds(250)),
            ("20us", .microseconds(20)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
            ("30d", .seconds(30 * 86_400)), ("1.5s", .milliseconds(1500)),
        ] as [(String, Duration)]
    )
    func durations(text: String, duration: Duration) throws {
        #expect(try DurationText.parse(text) == duration)
    }

    @Test(
        "What is no duration is refused",
        arguments: ["", "5", "s", "-5s", "5 minutes", "5S", "200000000000d", "1h30m"]
    )
    func badDurations(text: String) {
        #expect(throws: ValueMismatch.self) { try DurationText.parse(text) }
    }

    @Test(
        "A duration is written in the largest unit that keeps it whole",
        arguments: [
            (.zero, "0s"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
            (.seconds(7200), "2h"), (.seconds(86_400 * 90), "90d"), (.microseconds(5), "5us"),
        ] as [(Duration, String)]
    )
    func durationText(duration: Duration, text: String) throws {
        #expect(DurationText.text(duration) == text)
        #expect(try DurationText.parse(text) == duration)
    }

    @Test(
        "An address is a host with or without a port",
        arguments: [
            ("llm-server", "llm-server", 7625), ("llm-server:80", "llm-server", 80),
            ("10.0.0.1:1", "10.0.0.1", 1), ("[::1]", "::1", 7625),
            ("[fe80::1%eth0]:9", "fe80::1%eth0", 9),
            ("fe80::1", "fe80::1", 7625), ("a_b.example.org", "a_b.example.org", 7625),
        ] as [(String, String, UInt16)]
    )
    func addresses(text: String, host: String, port: UInt16) throws {
        let address = try #require(HostPort(text))
        #expect(address == HostPort(host: host, port: port))
        #expect(HostPort(address.description) == address)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", ":1", "a:", "a:x", "a:65536", "a:-1", "a b", "[::1", "[::1]x", "[a]:1", "-a", "a/b",
            "a:+1", "::1::g",
        ]
    )
    func badAddresses(text: String) {
        #expect(HostPort(text) == nil)
    }
}
