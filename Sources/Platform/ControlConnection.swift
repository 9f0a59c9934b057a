import Core

/// One request and its reply, on the server's side.
final class ControlConnection {
    /// Bytes of a request.
    static let requestBytes = 64 * 1024
    private static let deadline = Duration.seconds(10)

    private let socket: StreamSocket
    private let handler: (String) -> String
    private let closed: (ControlConnection) -> Void
    private var source: EventSource?
    private var timer: Timer?
    private var request: [UInt8] = []
    private var reply: ArraySlice<UInt8>?

    init(
        _ socket: StreamSocket,
        _ loop: EventLoop,
        handler: @escaping (String) -> String,
        closed: @escaping (ControlConnection) -> Void
    ) throws(SystemError) {
        self.socket = socket
        self.handler = handler
        self.closed = closed
        source = try loop.add(socket.rawDescriptor, interest: .readable) { [weak self] _ in
            self?.proceed()
        }
        timer = loop.schedule(after: Self.deadline) { [weak self] in self?.close() }
    }

    deinit {
        source?.cancel()
        timer?.cancel()
    }

    func close() {
        guard let source else { return }
        self.source = nil
        source.cancel()
        timer?.cancel()
        closed(self)
    }

    private func proceed() {
        do {
            if reply == nil { try readRequest() }
            if reply != nil { try writeReply() }
        } catch {
            close()
        }
    }

    private func readRequest() throws(SystemError) {
        while reply == nil {
            let start = request.count
            let result = try Self.receive(socket, into: &request)
            switch result {
            case .wouldBlock: return
            case .closed: return close()
            case .bytes: break
            }
            guard let end = request[start...].firstIndex(of: UInt8(ascii: "\n")) else {
                if request.count > Self.requestBytes { return close() }
                continue
            }
            let line = String(decoding: request[..<end], as: UTF8.self)
            reply = Array(handler(line).utf8)[...]
            source?.update(.writable)
        }
    }

    private func writeReply() throws(SystemError) {
        while let rest = reply, !rest.isEmpty {
            let sent: Int? = try Self.send(socket, rest)
            guard let sent else { return }
            reply = rest.dropFirst(sent)
        }
        close()
    }

    /// Receives up to 4 KiB behind what `bytes` has.
    static func receive(
        _ socket: StreamSocket,
        into bytes: inout [UInt8]
    ) throws(SystemError)
        -> ReceiveResult
    {
        let outcome = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
            buffer -> Result<ReceiveResult, SystemError> in
            do throws(SystemError) {
                let result = try socket.receive(into: buffer)
                if case .bytes(let count) = result { bytes += buffer[..<count] }
                return .success(result)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Sends from the front of `bytes`; nil when nothing can be sent now.
    static func send(_ socket: StreamSocket, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int?
    {
        let outcome = bytes.withUnsafeBytes { bytes -> Result<Int?, SystemError> in
            do throws(SystemError) {
                return .success(try socket.send(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
