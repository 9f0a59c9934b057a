import Catalog
import Core
import SQL

/// The values of one column of a row group, as a data page in plain encoding.
struct ParquetColumn {
    /// Longer texts are no bounds: what a bound saves is less than what it costs.
    private static let boundBytes = 64

    let name: String
    let kind: FeedColumn.Kind
    let isOptional: Bool
    private(set) var count = 0
    private(set) var nulls = 0
    private var values: [UInt8] = []
    private var levels: [Bool] = []
    private var bits = 0
    private var numbers: ClosedRange<Int64>?
    private var least: [UInt8]?
    private var greatest: [UInt8]?
    private var hasBounds = true

    init(name: String, kind: FeedColumn.Kind, isOptional: Bool) {
        self.name = name
        self.kind = kind
        self.isOptional = isOptional
    }

    /// Parquet's physical type.
    var physicalType: Int {
        switch kind {
        case .identifier, .integer, .time: 2
        case .real: 5
        case .boolean: 0
        case .text, .hexadecimal: 6
        }
    }

    var isText: Bool { kind == .text || kind == .hexadecimal }

    // MARK: Values

    mutating func append(_ value: SQLValue) {
        count += 1
        switch (kind, value) {
        case (.boolean, .integer(let number)):
            present()
            if bits % 8 == 0 { values.append(0) }
            if number != 0 { values[values.count - 1] |= 1 << UInt8(bits % 8) }
            bits += 1
        case (.real, .real(let number)): append(real: number)
        case (.real, .integer(let number)): append(real: Double(number))
        // Microseconds.
        case (.time, .integer(let number)): append(number: number / 1000)
        case (.identifier, .integer(let number)), (.integer, .integer(let number)):
            append(number: number)
        case (.text, .text(let text)), (.hexadecimal, .text(let text)): append(text: text)
        case (.hexadecimal, .blob(let bytes)): append(text: Hex.encode(bytes))
        default: absent()
        }
    }

    private mutating func present() { if isOptional { levels.append(true) } }

    private mutating func absent() {
        guard isOptional else { return appendDefault() }
        levels.append(false)
        nulls += 1
    }

    /// What stands in a required column of a deletion.
    private mutating func appendDefault() {
        switch kind {
        case .identifier, .integer, .time: append(number: 0)
        case .real: append(real: 0)
        case .text, .hexadecimal: append(text: "")
        case .boolean:
            if bits % 8 == 0 { values.append(0) }
            bits += 1
        }
    }

    private mutating func append(number: Int64) {
        present()
        withUnsafeBytes(of: number.littleEndian) { values.append(contentsOf: $0) }
        numbers =
            numbers.map { min($0.lowerBound, number)...max($0.upperBound, number) }
            ?? number...number
    }

    private mutating func append(real: Double) {
        present()
        withUnsafeBytes(of: real.bitPattern.littleEndian) { values.append(contentsOf: $0) }
        hasBounds = false
    }

    private mutating func append(text: String) {
        present()
        var text = text
        text.withUTF8 { bytes in
            withUnsafeBytes(of: UInt32(bytes.count).littleEndian) {
                values.append(contentsOf: $0)
            }
            values.append(contentsOf: bytes)
            guard bytes.count <= ParquetColumn.boundBytes else {
                hasBounds = false
                return
            }
            guard hasBounds else { return }
            if least.map({ bytes.lexicographicallyPrecedes($0) }) ?? true { least = Array(bytes) }
            if greatest.map({ $0.lexicographicallyPrecedes(bytes) }) ?? true {
                greatest = Array(bytes)
            }
        }
    }

    // MARK: The page

    /// Levels and values, uncompressed.
    var page: [UInt8] {
        guard isOptional else { return values }
        var runs = ThriftWriter()
        var start = 0
        var encoded: [UInt8] = []
        while start < levels.count {
            var end = start
            while end < levels.count, levels[end] == levels[start] { end += 1 }
            // A run: its length, shifted, then the level in one byte.
            runs = ThriftWriter()
            runs.varint(UInt64(end - start) << 1)
            encoded.append(contentsOf: runs.bytes)
            encoded.append(levels[start] ? 1 : 0)
            start = end
        }
        let length = withUnsafeBytes(of: UInt32(encoded.count).littleEndian) { Array($0) }
        return length + encoded + values
    }

    /// The least and the greatest value as plain bytes; nil when they are not known.
    var bounds: (least: [UInt8], greatest: [UInt8])? {
        if let numbers {
            return (
                withUnsafeBytes(of: numbers.lowerBound.littleEndian) { Array($0) },
                withUnsafeBytes(of: numbers.upperBound.littleEndian) { Array($0) }
            )
        }
        guard hasBounds, let least, let greatest else { return nil }
        return (least, greatest)
    }
}
