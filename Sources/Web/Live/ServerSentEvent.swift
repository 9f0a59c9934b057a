/// The lines of an event (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum ServerSentEvent {
    /// `data` must be one line.
    static func bytes(
        _ event: StaticString,
        id: StreamPosition? = nil,
        _ data: some Sequence<UInt8>
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        if let id { bytes += "id: \(id.text)\n".utf8 }
        bytes += "event: \(event)\ndata: ".utf8
        bytes += data
        bytes += "\n\n".utf8
        return bytes
    }

    static let heartbeat = Array(":\n\n".utf8)
    /// How long a browser waits before it comes again.
    static let retry = Array("retry: 2000\n\n".utf8)
}
