import Core
import Glibc

/// Asks a running program over its control socket.
package enum ControlClient {
    /// Bytes of a reply.
    private static let replyBytes = 64 * 1024 * 1024

    /// Sends one line to the program that listens at `path` and returns its whole reply.
    ///
    /// The line has no newline and at most 64 KiB; the timeout is for everything together.
    package static func request(
        _ path: BytePath,
        _ line: String,
        timeout: Duration
    )
        throws(OperatorError) -> String
    {
        guard line.utf8.count < ControlConnection.requestBytes, !line.utf8.contains(10) else {
            throw OperatorError(
                .usage,
                "A request to \(path) is one line of less than 64 KiB",
                remedy: "Shorten the arguments, and leave line breaks out of them"
            )
        }
        let deadline = Clock.monotonic() + timeout
        do throws(SystemError) {
            let socket = try UnixSocket.connect(path: path)
            var rest = Array(line.utf8)[...]
            rest.append(UInt8(ascii: "\n"))
            while !rest.isEmpty {
                if let sent = try ControlConnection.send(socket, rest) {
                    rest = rest.dropFirst(sent)
                } else {
                    try wait(for: POLLOUT, socket, deadline)
                }
            }
            var reply: [UInt8] = []
            while true {
                switch try ControlConnection.receive(socket, into: &reply) {
                case .wouldBlock: try wait(for: POLLIN, socket, deadline)
                case .closed: return String(decoding: reply, as: UTF8.self)
                case .bytes: break
                }
                if reply.count > replyBytes {
                    throw SystemError(errno: EMSGSIZE, call: "recv", path: path)
                }
            }
        } catch {
            throw explain(error, path)
        }
    }

    private static func wait(
        for events: Int32,
        _ socket: StreamSocket,
        _ deadline: Instant
    )
        throws(SystemError)
    {
        var entry = pollfd(fd: socket.rawDescriptor, events: Int16(events), revents: 0)
        let result = systemCall {
            let rest = (deadline - Clock.monotonic()).milliseconds + 1
            return poll(&entry, 1, Int32(clamping: max(0, rest)))
        }
        try checked(result, "poll", socket.peerDescription)
        if result == 0 { try checked(-ETIMEDOUT, "poll", socket.peerDescription) }
    }

    private static func explain(_ error: SystemError, _ path: BytePath) -> OperatorError {
        if error.isNotFound || error.isConnectionRefused {
            return OperatorError(
                .network,
                "Nothing is running that listens at \(path)",
                remedy: "Start the service, or name the configuration that it runs with",
                cause: error.description
            )
        }
        if error.isPermission {
            return OperatorError(
                .fileSystem,
                "The control socket \(path) belongs to another user",
                remedy: "Run this as the user that the service runs as, or as root",
                cause: error.description
            )
        }
        if error.errno == ETIMEDOUT {
            return OperatorError(
                .busy,
                "The program at \(path) did not answer in time",
                remedy: "Try again; if it stays so, look at its log"
            )
        }
        return OperatorError(
            .network,
            "The program at \(path) could not be asked",
            cause: error.description
        )
    }
}
