import CXXHash

/// XXH3-128 over bytes that come in pieces: it can be asked on the way and goes on.
///
/// It tells whether bytes are still the same where nobody gains from forging them; it is tens of times as
/// fast as SHA-256. Not Sendable: it belongs to one thread.
package final class RunningChecksum {
    private let state: UnsafeMutableRawPointer

    /// Traps when there is no memory, as everything in Swift does.
    package init() {
        guard let state = tailship_xxh3_128_create() else {
            preconditionFailure("no memory for a checksum")
        }
        self.state = state
    }

    deinit { tailship_xxh3_128_free(state) }

    /// Forgets what was added.
    package func reset() { tailship_xxh3_128_reset(state) }

    /// Adds the next bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        tailship_xxh3_128_update(state, base, UInt(bytes.count))
    }

    /// The checksum of everything since the last reset, 16 bytes; more may be added.
    package var value: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: RunningChecksum.size) { buffer, count in
            tailship_xxh3_128_value(state, buffer.baseAddress)
            count = RunningChecksum.size
        }
    }

    /// Bytes of a value.
    package static let size = 16
}
