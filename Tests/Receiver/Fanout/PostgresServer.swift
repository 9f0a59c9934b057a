import Core
import Foundation
import TestSupport

/// A PostgreSQL server of a test's own, on a free port.
final class PostgresServer {
    private static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.sorted().last.map { "\(root)/\($0)/bin" }
            .flatMap { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") ? $0 : nil }
    }()

    static var isInstalled: Bool { programs != nil }

    private let folder = "/tmp/tailship-pg-" + UUID().uuidString
    let port: Int
    private var server: ChildProcess?

    init() throws {
        guard let programs = PostgresServer.programs else { throw TestFailure("not installed") }
        port = try FreePort.next()
        // The server refuses to run as root.
        let isRoot = getuid() == 0
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if isRoot { try Shell.run("chown postgres \(folder)") }
        try "secret".write(toFile: folder + "/password", atomically: true, encoding: .utf8)
        let user = isRoot ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : ""
        try Shell.run(
            "chmod 644 \(folder)/password && \(user) env LC_ALL=C.UTF-8 \(programs)/initdb "
                + "-D \(folder)/data -U shipper --pwfile=\(folder)/password -A scram-sha-256 -E UTF8 "
                + "--no-sync >\(folder)/log 2>&1"
        )
        let prefix = isRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        server = try ChildProcess(
            isRoot ? "setpriv" : programs + "/postgres",
            prefix + (isRoot ? [programs + "/postgres"] : []) + [
                "-D", folder + "/data", "-p", "\(port)", "-k", folder, "-c",
                "listen_addresses=127.0.0.1", "-c", "fsync=off",
            ],
            environment: ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"],
            output: BytePath(folder + "/out"),
            errors: BytePath(folder + "/errors")
        )
        try Shell.run(
            "for i in $(seq 100); do \(programs)/pg_isready -q -h 127.0.0.1 -p \(port) && exit 0; sleep 0.1; done; exit 1"
        )
    }

    deinit {
        server = nil
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What a statement answers, a line for each row.
    @discardableResult
    func run(_ statement: String) throws -> String {
        try Shell.run(
            "PGPASSWORD=secret psql -h 127.0.0.1 -p \(port) -U shipper postgres -qAt "
                + "-v ON_ERROR_STOP=1 -c '\(statement)'"
        )
    }
}
