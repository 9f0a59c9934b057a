/// Every bound that both sides rely on.
///
/// The wire's are part of the protocol (docs/protocol.md).
package enum Limits {
    /// Bytes of a relative path.
    package static let pathBytes = 4096
    /// Bytes of one name in a path.
    package static let nameBytes = 255
    /// Bytes of one chunk of a batch, uncompressed.
    package static let chunkBytes = 256 * 1024
    /// Bytes of all chunks of one batch together, uncompressed.
    package static let batchBytes = 1024 * 1024
    /// Chunks and events of one batch together.
    package static let batchEntries = 4096
    /// Bytes of a frame's payload: an incompressible batch, its table and LZ4's framing fit.
    package static let payloadBytes = 2 * 1024 * 1024
    /// Bytes of a frame's payload before the peer is welcomed.
    package static let greetingBytes = 64 * 1024
    /// Buckets of the position digest.
    package static let positionBuckets = 256
    /// Bytes before an offset that the guard hashes.
    package static let guardBytes = 1024
    /// Bytes of content that one block hash covers.
    package static let blockBytes = 1024 * 1024
    /// Files of one agent that a receiver takes.
    package static let filesPerAgent = 4_000_000
    /// Sources that one agent may announce.
    package static let sources = 64
}
