import Core
import Glibc
import Platform
import Testing

@Suite struct SocketTests {
    @Test(
        "Bytes go round, and a half-closed connection still answers",
        arguments: ["127.0.0.1:0", "[::1]:0", "[::]:0"]
    )
    func echo(_ text: String) throws {
        let loop = try EventLoop()
        let address = try #require(try SocketAddress.resolve(text, defaultPort: 1).first)
        let listener = try ListeningSocket(address: address, backlog: 8, reusePort: true)
        let server = EchoServer(loop, listener)
        try server.start()
        // A listener on [::] is reached over IPv4.
        let host = text.hasPrefix("[::1]") ? "[::1]" : "127.0.0.1"
        let target = try SocketAddress.resolve("\(host):\(listener.localPort)", defaultPort: 1)
        let client = EchoClient(loop, try StreamSocket.connect(to: target[0]), bytes: 3 << 20)
        try client.start()
        let timer = loop.schedule(after: .seconds(20)) { loop.stop() }
        loop.run()
        timer.cancel()
        #expect(client.failure == nil)
        #expect(client.received == client.sent)
        #expect(client.isClosed)
    }

    @Test("Nobody listening is told by the connect result")
    func refused() throws {
        let loop = try EventLoop()
        let address = SocketAddress.ipv4(0x7f00_0001, port: 0)
        let port = try ListeningSocket(address: address, backlog: 1, reusePort: false).localPort
        let socket = try StreamSocket.connect(to: .ipv4(0x7f00_0001, port: port))
        try loop.add(socket.rawDescriptor, interest: .writable) { _ in loop.stop() }
        loop.run()
        let error = try #require(socket.connectResult())
        #expect(error.isConnectionRefused)
        #expect(error.description == "connect 127.0.0.1:\(port): Connection refused (ECONNREFUSED)")
    }

    @Test("A taken port is refused, with its address")
    func taken() throws {
        let first = try ListeningSocket(
            address: .ipv4(0x7f00_0001, port: 0),
            backlog: 1,
            reusePort: false
        )
        let error = #expect(throws: SystemError.self) {
            try ListeningSocket(
                address: .ipv4(0x7f00_0001, port: first.localPort),
                backlog: 1,
                reusePort: false
            )
        }
        #expect(error?.isAddressInUse == true)
        #expect(error?.subject == "127.0.0.1:\(first.localPort)")
        #expect(try first.accept() == nil)
    }

    @Test("Sending to a closed peer is an error and not a signal")
    func brokenPipe() throws {
        let listener = try ListeningSocket(
            address: .ipv4(0x7f00_0001, port: 0),
            backlog: 1,
            reusePort: false
        )
        let socket = try StreamSocket.connect(
            to: .ipv4(0x7f00_0001, port: listener.localPort)
        )
        usleep(20_000)
        var accepted = try listener.accept()
        #expect(accepted?.peer?.isLoopback == true)
        accepted = nil
        usleep(20_000)
        #expect(throws: SystemError.self) {
            for _ in 0..<50 {
                _ = try ControlPeer.send(socket, [UInt8](repeating: 1, count: 1000))
                usleep(1000)
            }
        }
    }

    @Test("Options are taken by the kernel")
    func options() throws {
        let listener = try ListeningSocket(
            address: .ipv4(0x7f00_0001, port: 0),
            backlog: 1,
            reusePort: false
        )
        let socket = try StreamSocket.connect(
            to: .ipv4(0x7f00_0001, port: listener.localPort)
        )
        socket.noDelay()
        socket.keepAlive(idle: .seconds(33), interval: .milliseconds(1), probes: 4)
        socket.notSentLowWater(16_384)
        let tcp = Int32(IPPROTO_TCP)
        #expect(option(socket, tcp, TCP_NODELAY) != 0)
        #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) != 0)
        #expect(option(socket, tcp, TCP_KEEPIDLE) == 33)
        #expect(option(socket, tcp, TCP_KEEPINTVL) == 1)
        #expect(option(socket, tcp, TCP_KEEPCNT) == 4)
        #expect(option(socket, tcp, TCP_NOTSENT_LOWAT) == 16_384)
    }

    @Test(
        "Addresses are read as they are written",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("127.0.0.1", "127.0.0.1:7625"),
            ("[::1]:81", "[::1]:81"), ("[::1]", "[::1]:7625"), ("::1", "[::1]:7625"),
            ("2001:db8::5", "[2001:db8::5]:7625"), ("[::]:0", "[::]:0"),
        ]
    )
    func addresses(_ text: String, _ expected: String) throws {
        let found = try SocketAddress.resolve(text, defaultPort: 7625)
        #expect(found.map(\.description) == [expected])
    }

    @Test("A name is resolved by the system")
    func name() throws {
        let found = try SocketAddress.resolve("localhost:99", defaultPort: 1)
        #expect(found.allSatisfy { $0.isLoopback && $0.port == 99 })
        let error = #expect(throws: OperatorError.self) {
            try SocketAddress.resolve("no-such-host.invalid", defaultPort: 1)
        }
        #expect(error?.code == .network)
    }

    @Test(
        "What is no address is refused with the way to write one",
        arguments: [
            "", ":80", "host:", "host:x", "host:70000", "host:+5", "[::1]80", "[::1]:", "[]:1",
        ]
    )
    func wrongAddresses(_ text: String) throws {
        let error = #expect(throws: OperatorError.self) {
            try SocketAddress.resolve(text, defaultPort: 7625)
        }
        #expect(error?.code == .configuration)
    }

    private func option(_ socket: StreamSocket, _ level: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(4)
        getsockopt(socket.rawDescriptor, level, option, &value, &length)
        return value
    }
}
