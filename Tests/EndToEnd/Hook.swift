import Foundation
import Glibc
import Synchronization
import TestSupport

/// A server that takes every request, and remembers all that it was sent.
final class Hook: Sendable {
    let port = Ports.free()
    private let listener: Int32
    private let bytes = Mutex<[UInt8]>([])
    private let isStopped = Atomic<Bool>(false)

    init() throws {
        listener = try Sockets.listen(port)
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) { take(accept(listener, nil, nil)) }
        }
    }

    /// What it was sent so far.
    var received: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func take(_ client: Int32) {
        guard client >= 0 else { return }
        defer { close(client) }
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while !isWhole(request) {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += buffer[..<count]
        }
        let answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
        _ = Sockets.send(client, Array(answer.utf8))
        bytes.withLock { $0 += request }
    }

    private func isWhole(_ request: [UInt8]) -> Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].components(separatedBy: "\r\n")
            .first { $0.lowercased().hasPrefix("content-length:") }?
            .split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        return text[end.upperBound...].utf8.count >= length ?? 0
    }
}
