import COpenSSL

/// Memory as OpenSSL's functions for files read and write it.
enum MemoryBIO {
    /// Calls `body` with a source that yields `bytes`; nil when there is no memory.
    static func reading<Result>(
        _ bytes: [UInt8],
        _ body: (OpaquePointer) -> Result?
    ) -> Result? {
        bytes.withUnsafeBytes { raw in
            guard
                let bio = BIO_new_mem_buf(
                    raw.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
                    Int32(clamping: raw.count)
                )
            else { return nil }
            defer { BIO_free(bio) }
            return body(bio)
        }
    }

    /// The bytes that `body` writes; empty when it says that it failed.
    static func writing(_ body: (OpaquePointer) -> Bool) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { return [] }
        defer { BIO_free(bio) }
        guard body(bio) else { return [] }
        var start: UnsafePointer<UInt8>?
        let count = tailship_memory(bio, &start)
        return [UInt8](UnsafeBufferPointer(start: start, count: count))
    }

    /// What stands for the pass phrase of an encrypted key: none, and nobody is asked on a terminal.
    static let noPassword:
        @convention(c) (
            UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, _, _, _ in -1 }
}
