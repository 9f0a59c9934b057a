import Foundation
import Glibc
import TestSupport

/// A client of HTTP/1.1 that sends what it is told, right or wrong.
struct WebClient {
    struct Answer {
        var status: Int
        /// The names in lower case.
        var headers: [String: String]
        var body: Data

        /// The body as a JSON object.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
        }

        var text: String { String(decoding: body, as: UTF8.self) }

        var errorCode: String? { (json["error"] as? [String: Any])?["code"] as? String }

        func list(_ key: String) -> [[String: Any]] { json[key] as? [[String: Any]] ?? [] }
    }

    let port: UInt16
    /// Sent with every request.
    var headers: [String: String] = [:]
    /// What has to stay while somebody asks it.
    var server: AnyObject?

    func get(_ target: String, _ more: [String: String] = [:]) throws -> Answer {
        try send("GET", target, more)
    }

    func send(
        _ method: String,
        _ target: String,
        _ more: [String: String] = [:],
        body: String? = nil
    ) throws -> Answer {
        var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
        if let body { all["Content-Length"] = String(body.utf8.count) }
        all.merge(headers) { $1 }
        all.merge(more) { $1 }
        let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return try raw("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n\(body ?? "")")
    }

    /// Sends bytes and reads until the server closes.
    func raw(_ text: String) throws -> Answer {
        let socket = try connect()
        defer { close(socket) }
        send(Data(text.utf8), to: socket)
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
        }
        guard let answer = WebClient.parse(received) else {
            throw TestFailure("no answer to \(text.prefix(100))")
        }
        return answer
    }

    func connect() throws -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw TestFailure("nobody listens on port \(port)")
        }
        return socket
    }

    func send(_ data: Data, to socket: Int32) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func parse(_ data: Data) -> Answer? {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: data[..<end.lowerBound], as: UTF8.self)
        var lines = head.components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        var body = data[end.upperBound...]
        if headers["transfer-encoding"] == "chunked" { body = unchunked(body)[...] }
        return Answer(status: status, headers: headers, body: Data(body))
    }

    private static func unchunked(_ data: Data) -> Data {
        var rest = data
        var whole = Data()
        while let line = rest.range(of: Data("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16),
            size > 0, rest.endIndex - line.upperBound >= size
        {
            whole += rest[line.upperBound..<line.upperBound + size]
            rest = rest[min(rest.endIndex, line.upperBound + size + 2)...]
        }
        return whole
    }
}
