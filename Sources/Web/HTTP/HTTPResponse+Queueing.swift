import CMicrohttpd

extension HTTPResponse {
    /// Bytes that a feed is asked for at a time.
    private static let block = 16 << 10
    private static let fileBlock = 64 << 10

    /// Gives the response to the server; false when there is no memory for it.
    func queue(on connection: OpaquePointer) -> Bool {
        if case .feed(let feed) = body { feed.attach(connection) }
        guard let made = make() else { return false }
        defer { MHD_destroy_response(made) }
        for (name, value) in headers
        where MHD_add_response_header(made, name, value) != MHD_Result.YES {
            // A value that holds a line break is never sent: the name alone says that something was meant.
            _ = MHD_add_response_header(made, name, "invalid")
        }
        return MHD_queue_response(connection, status, made) == MHD_Result.YES
    }

    private func make() -> OpaquePointer? {
        switch body {
        case .bytes(let bytes):
            var bytes = bytes
            return bytes.withUnsafeMutableBytes {
                MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
            }
        case .file(let file):
            return MHD_create_response_from_callback(
                file.length,
                HTTPResponse.fileBlock,
                { context, position, buffer, size in
                    guard let context, let buffer else { return -2 }
                    return Unmanaged<FileBody>.fromOpaque(context).takeUnretainedValue()
                        .read(
                            at: position,
                            into: UnsafeMutableRawBufferPointer(start: buffer, count: size)
                        )
                },
                Unmanaged.passRetained(file).toOpaque(),
                { context in
                    if let context { Unmanaged<FileBody>.fromOpaque(context).release() }
                }
            )
        case .feed(let feed):
            return MHD_create_response_from_callback(
                UInt64.max,
                HTTPResponse.block,
                { context, _, buffer, size in
                    guard let context, let buffer else { return -1 }
                    return Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
                        .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
                },
                Unmanaged.passRetained(feed).toOpaque(),
                { context in
                    guard let context else { return }
                    Unmanaged<Feed>.fromOpaque(context).takeRetainedValue().end()
                }
            )
        }
    }
}
