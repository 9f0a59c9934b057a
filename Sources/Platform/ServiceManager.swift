import Core
import Glibc

/// The service manager that started this process, if it wants to hear (sd_notify(3)).
package enum ServiceManager {
    /// Sends a state, such as `READY=1`, `STATUS=…` or `STOPPING=1`; false when nobody asked or listens.
    @discardableResult
    package static func notify(_ state: String) -> Bool {
        notify(state, to: Host.environment("NOTIFY_SOCKET"))
    }

    /// Sends to a socket, named as `NOTIFY_SOCKET` names it.
    static func notify(_ state: String, to path: String?) -> Bool {
        guard let path, let address = UnixAddress(BytePath(path)) else { return false }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let opened = systemCall { socket(AF_UNIX, type, 0) }
        guard opened >= 0 else { return false }
        let descriptor = FileDescriptor(owning: opened)
        let bytes = Array(state.utf8)
        let sent = address.withSystemAddress { generic, length in
            systemCall {
                sendto(
                    descriptor.rawValue,
                    bytes,
                    bytes.count,
                    Int32(MSG_NOSIGNAL),
                    generic,
                    length
                )
            }
        }
        return sent == bytes.count
    }
}
