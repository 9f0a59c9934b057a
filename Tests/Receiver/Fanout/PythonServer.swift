import Core
import Foundation
import Glibc
import TestSupport

/// A server written in Python, of the folder `StandIns`.
final class PythonServer {
    /// What runs it.
    enum Interpreter: String {
        /// The machine's.
        case system = "python3"
        /// That of `.build/servers`, with the packages that `make test-servers` installs.
        case servers
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let python = root + "/.build/servers/bin/python"

    /// Whether there is a `python3` at all.
    static let isThere = (try? Shell.run("python3 -c pass")) != nil

    static func isInstalled(_ package: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: python)
            && (try? Shell.run(
                "\(python) -c 'import importlib.util as u; assert u.find_spec(\"\(package)\")'"
            )) != nil
    }

    let port: Int
    private let server: ChildProcess
    private let log: String

    init(_ name: String, _ arguments: [String], _ interpreter: Interpreter) throws {
        port = try FreePort.next()
        log = NSTemporaryDirectory() + "tailship-server-" + UUID().uuidString
        server = try ChildProcess(
            interpreter == .system ? "python3" : PythonServer.python,
            [PythonServer.script(name), "\(port)"] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"],
            output: BytePath(log),
            errors: BytePath(log)
        )
        for _ in 0..<300 {
            if output.contains("READY") { return }
            usleep(100_000)
        }
        throw TestFailure("\(name) does not begin: \(output)")
    }

    static func script(_ name: String) -> String {
        "\(root)/Tests/Receiver/Fanout/StandIns/\(name).py"
    }

    /// What it printed so far.
    var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// What a stand-in answers to a question that its original would not understand.
    @discardableResult
    func ask(_ path: String, isOrder: Bool = false) throws -> String {
        try Shell.run(
            "curl -sf \(isOrder ? "-X POST" : "") 'http://127.0.0.1:\(port)\(path)'"
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: log) }

    /// What the server answers.
    func post(_ path: String, _ body: String, user: String) throws -> String {
        let file = NSTemporaryDirectory() + "tailship-body-" + UUID().uuidString
        try body.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try Shell.run(
            "curl -sf -u \(user) --data-binary @\(file) http://127.0.0.1:\(port)\(path)"
        )
    }

    /// What a program prints.
    static func run(_ program: String) throws -> String {
        let file = NSTemporaryDirectory() + "tailship-program-" + UUID().uuidString
        try program.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try Shell.run("\(python) \(file)")
    }
}

/// Commands that a test needs besides.
enum Shell {
    /// Runs a command and returns what it prints.
    @discardableResult
    static func run(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(command): exit status \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Ports that nobody listens on.
enum FreePort {
    static func next() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard bound else { throw TestFailure("no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
