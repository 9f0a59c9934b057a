import Core
import Platform
import TLS
import Transport
import Wire

/// What the connections of one loop share.
///
/// Not Sendable: it belongs to its loop's thread, except `hub`, which all loops share.
final class LoopContext {
    let index: Int
    let loop: EventLoop
    let hub: Hub
    let buffers = LinkBuffers()
    private let decompressor: LZ4Decompressor
    private let scratch: UnsafeMutableRawBufferPointer

    init(index: Int, loop: EventLoop, hub: Hub) throws(OperatorError) {
        self.index = index
        self.loop = loop
        self.hub = hub
        do throws(WireError) {
            decompressor = try LZ4Decompressor()
        } catch {
            throw OperatorError(.internal, "cannot make an LZ4 context", cause: error.description)
        }
        scratch = .allocate(byteCount: Limits.batchBytes, alignment: 16)
    }

    deinit { scratch.deallocate() }

    /// Whether the batch can be unpacked later: an ack for bytes that nobody can read would be a lie.
    func check(_ payload: [UInt8]) -> WireError? {
        payload.withUnsafeBytes { bytes in
            do throws(WireError) {
                let (batch, body) = try Batch.decode(bytes)
                let count = batch.rawBytes
                guard count > 0 else { return nil }
                try decompressor.decompress(
                    UnsafeRawBufferPointer(rebasing: bytes[body...]),
                    into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<count])
                )
                return nil
            } catch {
                return error
            }
        }
    }
}
