/// Sizes as text: a decimal number and a unit, `64MiB`, `1.5 GB`, or plain bytes, `512`.
package enum ByteSize {
    private static let units: [(name: String, bytes: UInt64)] = [
        ("B", 1), ("KB", 1000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20),
        ("GB", 1_000_000_000), ("GiB", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
    ]

    /// The bytes that `text` says, a fraction of a byte left out.
    static func parse(_ text: String) throws(ValueMismatch) -> UInt64 {
        let quantity = try Quantity(text)
        guard !quantity.unit.isEmpty else { return try quantity.scaled(by: 1) }
        guard let unit = units.first(where: { $0.name == quantity.unit }) else {
            let names = units.map(\.name).joined(separator: ", ")
            throw ValueMismatch(
                "unknown unit \(TOMLText.quoted(quantity.unit)); known are \(names)"
            )
        }
        return try quantity.scaled(by: unit.bytes)
    }

    /// `bytes` in the largest binary unit that leaves a whole number.
    package static func text(_ bytes: UInt64) -> String {
        let binary = units.last { unit in
            unit.bytes.nonzeroBitCount == 1 && bytes >= unit.bytes && bytes % unit.bytes == 0
        }
        guard let binary else { return "\(bytes)B" }
        return "\(bytes / binary.bytes)\(binary.name)"
    }
}
