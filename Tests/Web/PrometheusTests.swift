import Core
import Foundation
import TestSupport
import Testing
import Web

/// The metrics are Prometheus' own.
@Suite struct PrometheusTests {
    private static func isInstalled(_ program: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    @Test("Every line is a comment or a sample, and each name has its kind before it")
    func format() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        let answer = try stage.client.get("/metrics")
        #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        var known: Set<String> = []
        for line in answer.text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                known.insert(String(line.split(separator: " ")[2]))
                continue
            }
            guard !line.hasPrefix("#") else { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            let base = ["_bucket", "_sum", "_count"].reduce(name) {
                $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
            }
            #expect(known.contains(name) || known.contains(base), "\(line)")
            #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
        }
        #expect(answer.text.contains("tailship_tokens{type=\"output\",project=\"ship\"} 80\n"))
        #expect(
            answer.text.contains(
                "tailship_archive_files{agent=\"ann@laptop\",digest=\"unverified\"} 1"
            )
        )
    }

    @Test(
        "promtool finds nothing wrong",
        .enabled(if: isInstalled("promtool"), "promtool is not installed")
    )
    func promtool() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["promtool", "check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = output
        process.standardOutput = output
        let metrics = try stage.client.get("/metrics").body
        try process.run()
        input.fileHandleForWriting.write(metrics)
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }

    @Test(
        "A Prometheus scrapes it",
        .enabled(if: isInstalled("prometheus"), "prometheus is not installed")
    )
    func scrape() async throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        let folder = stage.folder
        try """
        scrape_configs:
          - job_name: tailship
            scrape_interval: 1s
            static_configs: [{targets: ['127.0.0.1:\(stage.client.port)']}]
        """.write(toFile: folder + "/prometheus.yml", atomically: true, encoding: .utf8)
        let port = UInt16.random(in: 20_000..<30_000)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "prometheus", "--config.file=\(folder)/prometheus.yml",
            "--storage.tsdb.path=\(folder)/tsdb", "--web.listen-address=127.0.0.1:\(port)",
        ]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let client = WebClient(port: port)
        let query = "/api/v1/query?query=tailship_agents%7Bstate%3D%22connected%22%7D"
        try await eventually("Prometheus has the agents", within: .seconds(60)) {
            guard let answer = try? client.get(query) else { return false }
            return answer.text.contains("\"1\"]")
        }
    }
}
