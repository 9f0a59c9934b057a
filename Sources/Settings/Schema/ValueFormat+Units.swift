import Core

extension ValueFormat<UInt64> {
    /// A size in bytes.
    static func size(_ bounds: ClosedRange<UInt64>) -> Self {
        let range =
            "from \(ByteSize.text(bounds.lowerBound)) to \(ByteSize.text(bounds.upperBound))"
        return ValueFormat(text: "a size such as \"64MiB\", \(range)") {
            text,
            _ throws(ValueMismatch) in
            let size = try ByteSize.parse(text)
            guard bounds.contains(size) else { throw ValueMismatch("out of bounds") }
            return size
        } print: {
            ByteSize.text($0)
        }
    }
}

extension ValueFormat<UInt64?> {
    /// Bytes a second, nil for no limit.
    static var rate: Self {
        ValueFormat(
            text:
                "a rate such as \"10MiB/s\", from \(ByteSize.text(lowestRate))/s, or \"unlimited\""
        ) { text, _ throws(ValueMismatch) in
            guard text != "unlimited" else { return nil }
            guard text.hasSuffix("/s") else {
                throw ValueMismatch("\"/s\" is missing at its end")
            }
            let rate = try ByteSize.parse(String(text.dropLast(2)))
            guard rate >= lowestRate else { throw ValueMismatch("out of bounds") }
            return rate
        } print: {
            $0.map { ByteSize.text($0) + "/s" } ?? "unlimited"
        }
    }

    /// Below this a chunk of 256 KiB would take minutes.
    private static var lowestRate: UInt64 { 1024 }
}

extension ValueFormat<Duration> {
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        ValueFormat(text: "a duration such as \"5s\", \(range(bounds))") {
            text,
            _ throws(ValueMismatch) in
            try parse(text, bounds)
        } print: {
            DurationText.text($0)
        }
    }

    fileprivate static func range(_ bounds: ClosedRange<Duration>) -> String {
        "from \(DurationText.text(bounds.lowerBound)) to \(DurationText.text(bounds.upperBound))"
    }

    fileprivate static func parse(
        _ text: String,
        _ bounds: ClosedRange<Duration>
    ) throws(ValueMismatch) -> Duration {
        let duration = try DurationText.parse(text)
        guard bounds.contains(duration) else { throw ValueMismatch("out of bounds") }
        return duration
    }
}

extension ValueFormat<Duration?> {
    /// A duration, or "off" for nil ("0" reads as the same).
    static func durationOrOff(_ bounds: ClosedRange<Duration>) -> Self {
        let expected =
            "a duration such as \"5s\", \(ValueFormat<Duration>.range(bounds)), or \"off\""
        return ValueFormat(text: expected) { text, _ throws(ValueMismatch) in
            guard text != "off", text != "0" else { return nil }
            return try ValueFormat<Duration>.parse(text, bounds)
        } print: {
            $0.map(DurationText.text) ?? "off"
        }
    }
}

extension ValueFormat<HostPort> {
    /// Where to connect to; the port may be left out.
    static func address(defaultPort: UInt16) -> Self {
        ValueFormat(text: "\"host\" or \"host:port\"") { text, _ throws(ValueMismatch) in
            let address = try HostPort.parse(text, defaultPort: defaultPort)
            guard address.port != 0 else { throw ValueMismatch("port 0 is none") }
            return address
        } print: {
            $0.description
        }
    }

    /// Where to listen; port 0 takes any that is free.
    static var listen: Self {
        ValueFormat(text: "\"address:port\", such as \"[::]:7625\"") {
            text,
            _ throws(ValueMismatch) in
            try HostPort.parse(text, defaultPort: nil)
        } print: {
            $0.description
        }
    }
}
