/// How many newlines some bytes hold, and where the last one is.
struct Newlines {
    private(set) var count: UInt64 = 0
    /// From the start of the bytes; nil without any.
    private(set) var last: Int?

    init(in bytes: UnsafeRawBufferPointer) {
        // Eight bytes at a time: a byte becomes zero where it is a newline, and its top bit is set in
        // `nonzero` wherever it is not; no carry crosses a byte.
        let newlines: UInt64 = 0x0a0a_0a0a_0a0a_0a0a
        let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ newlines
            let nonzero = ((word & low) &+ low) | word | low
            count &+= UInt64(truncatingIfNeeded: (~nonzero).nonzeroBitCount)
            offset += 8
        }
        for index in offset..<bytes.count where bytes[index] == 0x0a { count += 1 }
        last = count == 0 ? nil : bytes.lastIndex(of: 0x0a)
    }
}
