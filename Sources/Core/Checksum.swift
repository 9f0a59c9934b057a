import CXXHash

/// XXH3-64, the checksum of frames, journal records, manifest records and guards.
///
/// It finds accidents, not attackers: what must withstand an attacker uses SHA-256 or TLS.
package enum Checksum {
    /// XXH3-64 with seed 0; an empty buffer may have no address.
    package static func xxh3(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = bytes.baseAddress else { return tailship_xxh3("", 0) }
        return tailship_xxh3(base, UInt(bytes.count))
    }

    /// XXH3-64 with seed 0 of an array.
    package static func xxh3(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { xxh3($0) }
    }

    /// XXH3-64 with seed 0 of a slice, without a copy.
    package static func xxh3(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { xxh3($0) }
    }

    /// XXH32 with seed 0, which LZ4's frame format asks for.
    package static func xxh32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return tailship_xxh32("", 0) }
        return tailship_xxh32(base, UInt(bytes.count))
    }
}
