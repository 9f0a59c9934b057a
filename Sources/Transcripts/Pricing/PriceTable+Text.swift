import Core

/// The text form of a price table (`PriceTable.init(text:)` specifies it).
extension PriceTable.Layer {
    private static let form =
        "MODEL FROM INPUT OUTPUT CACHE-WRITE CACHE-READ WINDOW WEB-SEARCH FAST US"

    init(text: String) throws(PriceTable.Fault) {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            if first == "version", fields.count == 2 {
                version = String(fields[1])
                continue
            }
            try add(PriceLine(fields: fields, number: number))
        }
        for (name, entries) in models { models[name] = entries.sorted { $0.from < $1.from } }
        addUndatedNames()
    }

    /// A dated model answers to its undated name where nothing else does.
    private mutating func addUndatedNames() {
        for (name, entries) in models.sorted(by: { $0.key < $1.key }) {
            let bare = ModelName.withoutDate(name)
            if models[bare] == nil, undated[bare] == nil { undated[bare] = entries }
        }
    }

    private mutating func add(_ line: PriceLine) throws(PriceTable.Fault) {
        let fields = line.fields
        guard fields.count >= 10 else {
            throw line.fault(
                "expected \"version NAME\" or the 10 fields \(PriceTable.Layer.form), "
                    + "found \(fields.count)"
            )
        }
        guard let from = WallTime(iso8601: "\(fields[1])T00:00:00Z") else {
            throw line.fault("FROM: expected a day as YYYY-MM-DD, found \"\(fields[1])\"")
        }
        var bands: [(above: Int64, rates: PriceRates.Band)] = []
        for field in fields.dropFirst(10) { bands.append(try line.longContext(field)) }
        let rates = PriceRates(
            base: PriceRates.Band(
                input: try line.price(2, "INPUT"),
                output: try line.price(3, "OUTPUT"),
                cacheWrite: try line.optional(fields[4], "CACHE-WRITE"),
                cacheRead: try line.optional(fields[5], "CACHE-READ")
            ),
            bands: bands.sorted { $0.above < $1.above },
            window: try line.optional(fields[6], "WINDOW"),
            webSearch: try line.optional(fields[7], "WEB-SEARCH") ?? 10_000_000_000,
            fast: try line.factor(fields[8], "FAST"),
            us: try line.factor(fields[9], "US")
        )
        models[ModelName.folded(String(fields[0])), default: []].append((from.seconds, rates))
    }
}

/// A line of a price table; its errors say which field, what stands there and what was expected.
private struct PriceLine {
    let fields: [Substring]
    /// From 1.
    let number: Int

    func fault(_ message: String) -> PriceTable.Fault {
        PriceTable.Fault(line: number, message: message)
    }

    /// A price that must be named.
    func price(_ index: Int, _ name: String) throws(PriceTable.Fault) -> Int64 {
        guard let price = try optional(fields[index], name) else {
            throw fault("\(name): expected a whole number, found \"-\"")
        }
        return price
    }

    func optional(_ field: Substring, _ name: String) throws(PriceTable.Fault) -> Int64? {
        if field == "-" { return nil }
        guard let value = Int64(field), (0...1_000_000_000_000).contains(value) else {
            throw fault(
                "\(name): expected a whole number of 0 to 1000000000000 or -, found \"\(field)\""
            )
        }
        return value
    }

    /// Hundredths; 100 for none.
    func factor(_ field: Substring, _ name: String) throws(PriceTable.Fault) -> Int64 {
        if field == "-" { return 100 }
        guard let value = Double(field), value > 0, value <= 100 else {
            throw fault("\(name): expected a factor like 1.1 or -, found \"\(field)\"")
        }
        return Int64((value * 100).rounded())
    }

    func longContext(
        _ field: Substring
    ) throws(PriceTable.Fault) -> (above: Int64, rates: PriceRates.Band) {
        let parts = field.split(separator: ":")
        guard parts.count == 5, let above = Int64(parts[0]),
            let input = try optional(parts[1], "IN"), let output = try optional(parts[2], "OUT")
        else { throw fault("expected ABOVE:IN:OUT:WRITE:READ, found \"\(field)\"") }
        let band = PriceRates.Band(
            input: input,
            output: output,
            cacheWrite: try optional(parts[3], "WRITE"),
            cacheRead: try optional(parts[4], "READ")
        )
        return (above, band)
    }
}
