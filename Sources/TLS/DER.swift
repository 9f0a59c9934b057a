/// Values in their binary form, with OpenSSL's `i2d` and `d2i` functions.
enum DER {
    /// What `write` writes: it is asked for the length with nil first, then for the bytes.
    static func encode(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8] {
        let count = Int(write(nil))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var end = buffer.baseAddress
            initialized = max(0, Int(write(&end)))
        }
    }

    /// What `read` makes of all of `bytes`; nil when it fails or leaves some.
    static func decode(
        _ bytes: [UInt8],
        _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int) -> OpaquePointer?,
        free: (OpaquePointer?) -> Void
    ) -> OpaquePointer? {
        bytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            guard let value = read(&position, buffer.count) else { return nil }
            guard let base = buffer.baseAddress, let position, position - base == buffer.count
            else {
                free(value)
                return nil
            }
            return value
        }
    }
}
