/// Memory that all links of one loop share, since only one of them is being served at a time.
///
/// Not Sendable: it belongs to its loop's thread.
package final class LinkBuffers {
    /// What came from the socket, sealed.
    let sealed: UnsafeMutableRawBufferPointer
    /// What came out of TLS.
    let plain: UnsafeMutableRawBufferPointer

    /// Allocates the buffers, 80 KiB together, for as long as the loop lives.
    package init() {
        sealed = .allocate(byteCount: 64 * 1024, alignment: 16)
        plain = .allocate(byteCount: 16 * 1024, alignment: 16)
    }

    deinit {
        sealed.deallocate()
        plain.deallocate()
    }
}
