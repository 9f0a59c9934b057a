import CZlib

/// Compresses answers (RFC 1952).
enum Gzip {
    /// Shorter ones are not worth it.
    static let least = 1024
    /// Fast rather than small: most readers are on the same machine or network.
    private static let level: Int32 = 3

    /// Nil when there is no memory for it, or nothing is gained.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard tailship_gzip_begin(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let packed = bytes.withUnsafeBytes { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress
                )
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = isWhole ? Int(stream.total_out) : 0
            }
        }
        return isWhole && packed.count < bytes.count ? packed : nil
    }

    /// Whether the client takes it ("gzip;q=0" does not).
    static func isAccepted(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            return words.first == "gzip"
                && !words.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }
}
