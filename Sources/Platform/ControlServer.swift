import Core

/// Answers requests of this user's other programs over a Unix socket.
///
/// A connection carries one request, a line of UTF-8 of at most 64 KiB, and its reply, which ends with
/// the connection. At most 16 connections are served at a time, each for at most 10 s.
package final class ControlServer {
    /// Connections at a time; more wait in the kernel.
    private static let connections = 16

    private let loop: EventLoop
    private let path: BytePath
    private let handler: (String) -> String
    private let listener: ListeningSocket
    private var source: EventSource?
    private var open: [ObjectIdentifier: ControlConnection] = [:]

    /// Listens at `path` (mode 0600) in place of what a dead process left there.
    ///
    /// The handler gets the line without its end and returns the whole reply.
    package init(
        loop: EventLoop,
        path: BytePath,
        handler: @escaping (String) -> String
    )
        throws(SystemError)
    {
        self.loop = loop
        self.path = path
        self.handler = handler
        listener = try UnixSocket.listen(path: path, backlog: Self.connections)
        source = try loop.add(listener.rawDescriptor, interest: .readable) { [weak self] _ in
            self?.accept()
        }
    }

    deinit { source?.cancel() }

    /// Ends all connections and removes the socket's file.
    package func close() {
        guard let source else { return }
        self.source = nil
        source.cancel()
        UnixSocket.remove(path: path)
        for connection in open.values { connection.close() }
    }

    private func accept() {
        while open.count < Self.connections {
            do {
                guard let socket = try listener.accept() else { return }
                let connection = try ControlConnection(
                    socket,
                    loop,
                    handler: handler,
                    closed: { [weak self] in self?.closed($0) }
                )
                open[ObjectIdentifier(connection)] = connection
            } catch {
                // Without descriptors the connection waits until one of ours or of others ends.
                Log.warning("The control socket could not take a connection: \(error)")
                return pause()
            }
        }
        source?.update([])
    }

    private func closed(_ connection: ControlConnection) {
        open[ObjectIdentifier(connection)] = nil
        source?.update(.readable)
    }

    private func pause() {
        source?.update([])
        loop.schedule(after: .seconds(1)) { [weak self] in self?.source?.update(.readable) }
    }
}
