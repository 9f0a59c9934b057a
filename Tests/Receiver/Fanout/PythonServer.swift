import Core
import Foundation
import Glibc
import TestSupport

/// A server written in Python, with packages that `make test-servers` installs into `.build/servers`.
final class PythonServer {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let python = root + "/.build/servers/bin/python"

    static func isInstalled(_ package: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: python)
            && (try? Shell.run(
                "\(python) -c 'import importlib.util as u; assert u.find_spec(\"\(package)\")'"
            )) != nil
    }

    let port: Int
    private let server: ChildProcess
    private let log: String

    init(_ name: String, _ arguments: [String]) throws {
        port = try FreePort.next()
        log = NSTemporaryDirectory() + "tailship-server-" + UUID().uuidString
        server = try ChildProcess(
            PythonServer.python,
            ["\(PythonServer.root)/Tests/Receiver/Fanout/Servers/\(name).py", "\(port)"]
                + arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            output: BytePath(log),
            errors: BytePath(log)
        )
        for _ in 0..<300 {
            if (try? String(contentsOfFile: log, encoding: .utf8))?.contains("READY") ?? false {
                return
            }
            usleep(100_000)
        }
        throw TestFailure(
            "\(name) does not begin: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")"
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
