import Foundation
import Glibc
import TestSupport

/// A stream of server-sent events as a browser reads it.
final class EventStream {
    struct Event {
        var name: String
        /// As it is sent.
        var position: String?
        var data: [String: Any]

        /// The record of its position.
        var seq: Int? { position?.split(separator: "-").last.flatMap { Int($0) } }
    }

    private let socket: Int32
    private var received = Data()
    private var isOpen = false
    private(set) var status = 0
    private(set) var headers: [String: String] = [:]

    init(_ client: WebClient, _ target: String, _ more: [String: String] = [:]) throws {
        socket = try client.connect()
        var all = ["Host": "127.0.0.1:\(client.port)", "Accept": "text/event-stream"]
        all.merge(client.headers) { $1 }
        all.merge(more) { $1 }
        let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
        client.send(Data("GET \(target) HTTP/1.1\r\n\(lines)\r\n".utf8), to: socket)
        while !isOpen {
            guard fill(within: 10) else { throw TestFailure("the stream does not begin") }
            guard let end = received.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let answer = WebClient.parse(received[..<end.upperBound])
            status = answer?.status ?? 0
            headers = answer?.headers ?? [:]
            received = Data(received[end.upperBound...])
            isOpen = true
        }
    }

    deinit { close(socket) }

    private func fill(within seconds: Int) -> Bool {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        if seconds == 0 { limit.tv_usec = 200_000 }
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// Whether the server has ended the stream, after reading what comes for a while.
    func hasEnded(within seconds: Int) -> Bool {
        let end = Date(timeIntervalSinceNow: Double(seconds))
        while Date() < end {
            unchunk()
            // The last chunk; the connection itself may be used again.
            if received.starts(with: Data("0\r\n".utf8)) { return true }
            _ = fill(within: 0)
        }
        return false
    }

    /// The next event of that name; nil when none comes in time.
    func next(_ name: String, within seconds: Int = 10) -> Event? {
        while true {
            while let event = take() { if event.name == name { return event } }
            guard fill(within: seconds) else { return nil }
        }
    }

    /// Takes one event out of what was received: chunk by chunk, then to the empty line.
    private func take() -> Event? {
        unchunk()
        guard let end = text.range(of: Data("\n\n".utf8)) else { return nil }
        let block = String(decoding: text[..<end.lowerBound], as: UTF8.self)
        text = Data(text[end.upperBound...])
        var event = Event(name: "", position: nil, data: [:])
        for line in block.split(separator: "\n") {
            if line.hasPrefix("id: ") { event.position = String(line.dropFirst(4)) }
            if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
            if line.hasPrefix("data: ") {
                let json = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
                event.data = json as? [String: Any] ?? [:]
            }
        }
        return event
    }

    private var text = Data()

    private func unchunk() {
        while let line = received.range(of: Data("\r\n".utf8)),
            let size = Int(
                String(decoding: received[received.startIndex..<line.lowerBound], as: UTF8.self),
                radix: 16
            ),
            size > 0, received.endIndex - line.upperBound >= size + 2
        {
            text += received[line.upperBound..<line.upperBound + size]
            received = Data(received[(line.upperBound + size + 2)...])
        }
    }
}
