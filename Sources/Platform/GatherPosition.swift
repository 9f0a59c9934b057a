import Glibc

/// How far a gathering write has come: kernels write less than asked, and take 1,024 buffers at most.
struct GatherPosition {
    /// The first buffer that is not wholly written.
    private(set) var buffer = 0
    /// Bytes of it that are.
    private var offset = 0
    /// Bytes written of all buffers.
    private(set) var written = 0

    /// Buffers a call takes (IOV_MAX, which Swift cannot import).
    private static let vectors = 1024

    /// Counts `count` bytes as written, and passes over empty buffers.
    mutating func advance(by count: Int, in buffers: [UnsafeRawBufferPointer]) {
        written += count
        offset += count
        while buffer < buffers.count, offset >= buffers[buffer].count {
            offset -= buffers[buffer].count
            buffer += 1
        }
    }

    /// Calls `body` with what is left, as many buffers as one call takes.
    func withVectors(
        of buffers: [UnsafeRawBufferPointer],
        _ body: (UnsafeBufferPointer<iovec>) -> Int
    ) -> Int {
        let count = min(buffers.count - buffer, Self.vectors)
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
            for index in 0..<count {
                let source = buffers[buffer + index]
                let skipped = index == 0 ? offset : 0
                vectors.initializeElement(
                    at: index,
                    to: iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: source.baseAddress)?
                            .advanced(by: skipped),
                        iov_len: source.count - skipped
                    )
                )
            }
            return body(UnsafeBufferPointer(vectors))
        }
    }
}
