/// How many newlines some bytes hold, and where the last one is.
struct Newlines {
    private(set) var count: UInt64 = 0
    /// From the start of the bytes; nil without any.
    private(set) var last: Int?

    /// Bytes that are looked at together: what every processor of the architecture has registers for.
    private typealias Lanes = SIMD16<UInt8>

    init(in bytes: UnsafeRawBufferPointer) {
        let (none, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        let newlines = Lanes(repeating: 0x0a)
        var offset = 0
        while offset + Lanes.scalarCount <= bytes.count {
            // Each lane counts its own newlines, as long as it cannot overflow.
            let end = min(bytes.count, offset + Int(UInt8.max) * Lanes.scalarCount)
            var counts = none
            while offset + Lanes.scalarCount <= end {
                let part = bytes.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
                counts &+= none.replacing(with: one, where: part .== newlines)
                offset += Lanes.scalarCount
            }
            count += UInt64(SIMD16<UInt16>(truncatingIfNeeded: counts).wrappedSum())
        }
        for index in offset..<bytes.count where bytes[index] == 0x0a { count += 1 }
        last = count == 0 ? nil : bytes.lastIndex(of: 0x0a)
    }
}
