import Core
import Foundation
import Glibc
import TestSupport

/// A temporary folder with the processes of one test; everything ends with it.
final class Stage {
    /// What a command printed and how it ended.
    struct Outcome {
        let end: ProcessEnd
        let output: String
        let errors: String
        var all: String { output + errors }
    }

    /// Whether the long variants of tests are wanted.
    static let isLong = ProcessInfo.processInfo.environment["TAILSHIP_LONG"] != nil

    let folder: BytePath
    private var children: [(String, ChildProcess)] = []
    private var cleanups: [() -> Void] = []
    private var commands = 0

    private init() throws {
        folder = BytePath("/tmp/tailship-e2e-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
        try Files.makeFolder(folder)
        try Files.setMode(folder, 0o755)
    }

    /// Runs a test with a stage of its own; when it fails, what the processes logged is part of the failure.
    static func with(_ body: (Stage) async throws -> Void) async throws {
        await Turnstile.shared.enter()
        do {
            let stage = try Stage()
            do {
                try await body(stage)
                stage.end()
            } catch {
                let logs = stage.logs()
                stage.end()
                throw TestFailure("\(error)\n\(logs)")
            }
            await Turnstile.shared.leave()
        } catch {
            await Turnstile.shared.leave()
            throw error
        }
    }

    private func end() {
        for (_, child) in children { child.signal(SIGKILL) }
        for cleanup in cleanups.reversed() { cleanup() }
        children = []
        guard ProcessInfo.processInfo.environment["TAILSHIP_KEEP"] == nil else { return }
        _ = try? ChildProcess(
            "rm",
            ["-rf", folder.description],
            environment: ["PATH": "/usr/bin:/bin"],
            output: "/dev/null",
            errors: "/dev/null"
        ).waitBriefly()
    }

    /// Runs when the test is over.
    func atEnd(_ cleanup: @escaping () -> Void) { cleanups.append(cleanup) }

    /// The ends of all logs, for the message of a failure.
    private func logs() -> String {
        FileTree(folder).files.filter { $0.description.hasSuffix(".log") }.map { path in
            let lines = Files.text(folder.appending(path)).split(separator: "\n").suffix(25)
            return "--- \(path)\n" + lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    // MARK: Programs

    /// The folder with the programs under test: TAILSHIP_PROGRAMS, or the one that this test was built into.
    static let programs: String = {
        if let folder = ProcessInfo.processInfo.environment["TAILSHIP_PROGRAMS"] { return folder }
        var folder = BytePath(CommandLine.arguments[0]).parent
        while !folder.isEmpty, folder != "/" {
            if Files.exists(folder.appending("tailship-agent")) { return folder.description }
            folder = folder.parent
        }
        let package = BytePath(#filePath).parent.parent.parent
        return package.appending(".build/debug").description
    }()

    static func program(_ name: String) -> String { programs + "/" + name }

    /// The variables that every program gets.
    var environment: [String: String] {
        [
            "HOME": folder.appending("home").description, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "PWD": folder.description, "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=yes,color=no",
        ]
    }

    /// Reads what a status printed for programs.
    static func decode<Value: Decodable>(_ json: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(json.utf8))
    }

    /// Starts a program that runs until it is ended; it logs to `<name>.log`.
    func start(
        _ name: String,
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let log = folder.appending(BytePath("\(name).log"))
        let child = try ChildProcess(
            program,
            arguments,
            environment: self.environment.merging(environment) { $1 },
            output: log,
            errors: log
        )
        children.append((name, child))
        return child
    }

    /// Runs a command to its end.
    @discardableResult
    func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> Outcome {
        commands += 1
        let output = folder.appending(BytePath("command-\(commands).out"))
        let errors = folder.appending(BytePath("command-\(commands).err"))
        let child = try ChildProcess(
            program,
            arguments,
            environment: self.environment.merging(environment) { $1 },
            output: output,
            errors: errors
        )
        let end = try await child.wait(
            within: limit,
            "\(BytePath(program).lastComponent) \(arguments.joined(separator: " "))"
        )
        defer {
            try? Files.remove(output)
            try? Files.remove(errors)
        }
        return Outcome(end: end, output: Files.text(output), errors: Files.text(errors))
    }
}

extension ChildProcess {
    /// For commands that end by themselves at once.
    func waitBriefly() {
        for _ in 0..<1000 where end == nil { usleep(10_000) }
    }

    /// A number from `/proc/<pid>/status`, in KiB.
    func memory(_ key: String) -> Int {
        for line in Files.text(BytePath("/proc/\(pid)/status")).split(separator: "\n")
        where line.hasPrefix(key + ":") {
            return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
