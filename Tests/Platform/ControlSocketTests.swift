import Core
import Glibc
import Platform
import Testing

@Suite struct ControlSocketTests {
    private let folder = ScratchFolder()

    @Test("A line is answered, long replies whole")
    func request() throws {
        let path = folder.at("control")
        try serving(path) {
            #expect(try ControlClient.request(path, "status", timeout: .seconds(60)) == "<status>")
            #expect(try ControlClient.request(path, "", timeout: .seconds(60)) == "<>")
            let long = try ControlClient.request(path, "long", timeout: .seconds(60))
            #expect(long.utf8.count == 2_000_000)
        }
    }

    @Test("The socket is its user's alone, and gone after closing")
    func mode() throws {
        let path = folder.at("control")
        try serving(path) {
            let status = try #require(try folder.disk().status("control"))
            #expect(status.mode == 0o600)
            #expect(status.kind == .special)
        }
        #expect(try folder.disk().status("control") == nil)
    }

    @Test("A socket of a dead process is replaced; a living one's and a file are not")
    func stale() throws {
        let path = folder.at("control")
        var socket: ListeningSocket? = try UnixSocket.listen(path: path, backlog: 1)
        let error = #expect(throws: SystemError.self) {
            try UnixSocket.listen(path: path, backlog: 1)
        }
        #expect(error?.isAddressInUse == true)
        withExtendedLifetime(socket) {}
        socket = nil
        #expect(try folder.disk().status("control") != nil)
        socket = try UnixSocket.listen(path: path, backlog: 1)
        try folder.write("file", "precious")
        let other = #expect(throws: SystemError.self) {
            try UnixSocket.listen(path: folder.at("file"), backlog: 1)
        }
        #expect(other?.isExisting == true)
        #expect(try folder.disk().status("file")?.size == 8)
    }

    @Test("A path longer than a socket's address works")
    func longPath() throws {
        let name = BytePath([UInt8](repeating: 0x61, count: 100))
        try folder.disk().makeDirectories(name)
        let path = folder.at(name).appending("control")
        try serving(path) {
            let reply = try ControlClient.request(path, "x", timeout: .seconds(60))
            #expect(reply == "<x>")
        }
    }

    @Test("Where nobody listens the error says what to do")
    func nobody() throws {
        let path = folder.at("control")
        let error = #expect(throws: OperatorError.self) {
            try ControlClient.request(path, "status", timeout: .seconds(60))
        }
        #expect(error?.message.contains(path.description) == true)
        #expect(error?.remedy != nil)
    }

    @Test(
        "A request that is no single line is not sent",
        arguments: ["a\nb", String(repeating: "x", count: 65_536)]
    )
    func badRequest(_ line: String) throws {
        let error = #expect(throws: OperatorError.self) {
            try ControlClient.request(folder.at("control"), line, timeout: .seconds(60))
        }
        #expect(error?.code == .usage)
    }

    @Test("A program that never answers is given up at the deadline")
    func silent() throws {
        let path = folder.at("control")
        let socket = try UnixSocket.listen(path: path, backlog: 1)
        let start = Clock.monotonic()
        let error = #expect(throws: OperatorError.self) {
            try ControlClient.request(path, "status", timeout: .milliseconds(100))
        }
        #expect(error?.code == .busy)
        #expect((Clock.monotonic() - start).milliseconds < 5000)
        withExtendedLifetime(socket) {}
    }

    @Test("An endless request and idle connections do not keep others from being answered")
    func hostile() throws {
        let path = folder.at("control")
        try serving(path) {
            var idle: [StreamSocket] = []
            for _ in 0..<10 { idle.append(try UnixSocket.connect(path: path)) }
            let endless = try UnixSocket.connect(path: path)
            let error = #expect(throws: SystemError.self) {
                for _ in 0..<1000 {
                    _ = try ControlPeer.send(endless, [UInt8](repeating: 0x61, count: 4096))
                    usleep(1000)
                }
            }
            #expect(error?.errno == EPIPE || error?.errno == ECONNRESET)
            #expect(try ControlClient.request(path, "a", timeout: .seconds(60)) == "<a>")
            idle.removeAll()
        }
    }

    /// Runs `body` while a server on another thread listens at `path`.
    private func serving(_ path: BytePath, _ body: () throws -> Void) throws {
        let remote = try LoopRemote()
        let ready = Signal()
        let stop = Signal()
        let thread = Thread.spawn(name: "control") {
            guard let loop = try? EventLoop(remote: remote),
                let server = try? ControlServer(
                    loop: loop,
                    path: path,
                    handler: { line in
                        if line == "stop" { loop.stop() }
                        return line == "long"
                            ? String(repeating: "x", count: 2_000_000) : "<\(line)>"
                    }
                )
            else { return }
            ready.notify()
            loop.run()
            server.close()
            stop.notify()
        }
        #expect(ready.wait(timeout: .seconds(60)))
        defer {
            _ = try? ControlClient.request(path, "stop", timeout: .seconds(60))
            thread.join()
        }
        try body()
    }
}
