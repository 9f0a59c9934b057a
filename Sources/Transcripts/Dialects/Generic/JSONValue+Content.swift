import Core

extension JSONValue {
    /// A hash of what the value says, wherever it stands: names, texts and numbers in their order.
    ///
    /// It is mixed with `seed`.
    func contentHash(_ seed: UInt64 = 0) -> UInt64 {
        var hash = seed
        var position = index
        let end = next
        while position < end {
            let value = at(position)
            if let bytes = value.bytes {
                hash = Self.mix(hash, Checksum.xxh3(bytes))
                position += 1
                continue
            }
            hash = Self.mix(hash, UInt64(value.tag))
            switch value.tag {
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
                hash = Self.mix(hash, words[position + 1])
                position += 2
            default:
                position += 1
            }
        }
        return hash
    }

    static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
        return (product ^ (product >> 29)) &+ value
    }
}
