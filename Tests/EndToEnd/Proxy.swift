import Glibc
import Synchronization
import TestSupport

/// The network between agent and receiver: counts connections and bytes, and can be cut.
final class Proxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let counters = Mutex((connections: 0, bytes: 0))

    // The target is the port that connections are passed on to; nil closes each at once.
    init(to target: UInt16?) throws {
        port = Ports.free()
        let socket = try Sockets.listen(port)
        listener = socket
        Proxy.spawn { [weak self] in
            while true {
                let client = accept(socket, nil, nil)
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard client >= 0, let self else { return }
                self.counters.withLock { $0.connections += 1 }
                guard let target else {
                    close(client)
                    continue
                }
                self.join(client, Sockets.connect(target))
            }
        }
    }

    /// Connections that were made so far.
    var connections: Int { counters.withLock { $0.connections } }
    /// Bytes that passed in both directions.
    var bytes: Int { counters.withLock { $0.bytes } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func join(_ client: Int32, _ server: Int32) {
        guard server >= 0 else {
            close(client)
            return
        }
        for (from, to) in [(client, server), (server, client)] {
            Proxy.spawn { [weak self] in
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = recv(from, &buffer, buffer.count, 0)
                    guard count > 0, Sockets.send(to, buffer[..<count]) else { break }
                    self?.counters.withLock { $0.bytes += count }
                }
                shutdown(from, Int32(SHUT_RDWR))
                shutdown(to, Int32(SHUT_RDWR))
            }
        }
    }

    private static func spawn(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            box.toOpaque()
        )
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
