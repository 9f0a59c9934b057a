import Glibc
import Synchronization

/// Ports that nobody listens on, each given away once; below those that the kernel gives to clients.
enum Ports {
    private static let next = Atomic<UInt16>(UInt16.random(in: 10_000..<26_000))

    static func free() -> UInt16 {
        while true {
            let port = next.add(1, ordering: .relaxed).newValue
            if isFree(port) { return port }
        }
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(listener) }
        return Sockets.with(port) { bind(listener, $0, $1) } == 0
    }
}
