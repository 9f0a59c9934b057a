import Core
import TestSupport
import Testing

/// Much of everything: long lines, many files.
@Suite struct ScaleTests {
    @Test("A line of 200 MB passes in little memory on both sides (case 7)")
    func longLine() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try await stage.run(
                "sh",
                [
                    "-c",
                    "head -c 150000000 /dev/urandom | base64 -w 0 | head -c 200000000 > \"$1\"",
                    "-", pair.at("line.jsonl").description,
                ]
            )
            try await pair.settles(within: .seconds(120))
            let agent = try #require(pair.agent.process).memory("VmHWM")
            let receiver = try #require(pair.receiver.process).memory("VmHWM")
            print("a line of 200 MB: agent \(agent) KiB, receiver \(receiver) KiB at most")
            #expect(agent < 64 << 10)
            // An unoptimised receiver with all its libraries; the line itself must not show.
            #expect(receiver < 80 << 10)
            try await pair.agent.verifies()
        }
    }

    @Test("Thousands of files ship, and an idle restart sends almost nothing (case 15)")
    func manyFiles() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let proxy = try Proxy(to: receiver.port)
            stage.atEnd { proxy.stop() }
            let agent = try AgentNode(
                stage,
                ports: [("main", proxy.port)],
                keys: "verify_rate = \"unlimited\""
            )
            try await agent.join(receiver, port: proxy.port)
            let content = Array(repeatElement(UInt8(0x7b), count: 200))
            let count = Stage.isLong ? 20_000 : 3000
            for number in 0..<count {
                let path = BytePath("\(number % 40)/\(number).jsonl")
                try Files.write(agent.files.appending(path), content + Array("\(number)\n".utf8))
            }
            try await agent.start()
            try await agent.shipped(within: .seconds(180))
            try await receiver.settles(on: agent.files, within: .seconds(120))
            let status = try await agent.status()
            #expect(status.watchedFolders < 100)
            let memory = try #require(agent.process).memory("VmHWM")
            print("\(count) files: agent \(memory) KiB at most")
            try await agent.verifies()
            try await agent.stop()
            let before = proxy.bytes
            let clock = ContinuousClock()
            let start = clock.now
            try await agent.start()
            try await agent.shipped()
            let time = clock.now - start
            let sent = proxy.bytes - before
            print("restart with \(count) files: \(time), \(sent) bytes on the wire")
            #expect(sent < 64 << 10)
            #expect(time < .seconds(20))
        }
    }
}
