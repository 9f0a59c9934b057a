/// How many newlines some bytes hold, and where the last one is.
struct Newlines {
    private(set) var count: UInt64 = 0
    /// From the start of the bytes; nil without any.
    private(set) var last: Int?

    init(in bytes: UnsafeRawBufferPointer) {
        let width = SIMD64<UInt8>.scalarCount
        let newline = SIMD64<UInt8>(repeating: 0x0a)
        let one = SIMD64<UInt8>(repeating: 1)
        let zero = SIMD64<UInt8>(repeating: 0)
        var offset = 0
        while offset + width <= bytes.count {
            // A lane counts at most 255 before it is added up.
            let end = min(bytes.count - width, offset + 254 * width)
            var lanes = zero
            while offset <= end {
                let part = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD64<UInt8>.self)
                lanes &+= zero.replacing(with: one, where: part .== newline)
                offset += width
            }
            for lane in lanes.indices { count += UInt64(lanes[lane]) }
        }
        for index in offset..<bytes.count where bytes[index] == 0x0a { count += 1 }
        last = count == 0 ? nil : bytes.lastIndex(of: 0x0a)
    }
}
