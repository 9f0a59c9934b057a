import Core
import Glibc
import TestSupport
import Testing

/// Disks that are full (case 11); each is a file system in memory, which takes a superuser to mount.
@Suite struct DiskFullTests {
    @Test("A full disk of the receiver pauses agents with its reason, and goes by itself")
    func receiverFull() async throws {
        try await Stage.with { stage in
            guard let disk = try await DiskFullTests.mount(stage, "small", megabytes: 26) else {
                return
            }
            let receiver = try ReceiverNode(
                stage,
                storage: disk.appending("storage"),
                storageKeys: "minimum_free = \"4MiB\"\njournal_segment = \"4MiB\""
            )
            try await receiver.start()
            let agent = try AgentNode(stage, at: receiver)
            try await agent.join(receiver)
            try await agent.start()
            try Files.write(agent.files.appending("first.jsonl"), "{}\n")
            try await agent.shipped()
            let ballast = disk.appending("ballast")
            // All but one and a half MiB, whatever the receiver took for itself.
            let script =
                "free=$(df -k --output=avail \"$2\" | tail -n 1); "
                + "fallocate -l $(( (free - 1536) * 1024 )) \"$1\""
            let filled = try await stage.run(
                "sh",
                ["-c", script, "-", ballast.description, disk.description]
            )
            #expect(filled.end == .exit(0), "\(filled.all)")
            let paused = try await agent.shows("is paused") { $0.first?.paused != nil }
            #expect(paused.first?.paused?.contains("free") == true)
            var random = SeededRandom(seed: 11)
            try Files.write(agent.files.appending("second.jsonl"), random.bytes(1 << 20))
            try await agent.shows("has something to ship") { $0.first?.pendingBytes == 1 << 20 }
            let text = try await agent.command("status")
            #expect(text.output.contains("paused"), "\(text.all)")
            let theirs = try await receiver.command("status")
            #expect(theirs.output.contains("agents are paused"), "\(theirs.all)")
            try Files.remove(ballast)
            try await agent.shipped()
            try await receiver.settles(on: agent.files)
        }
    }

    @Test("A write that fails for lack of room acknowledges nothing and is made good")
    func journalFull() async throws {
        try await Stage.with { stage in
            guard let disk = try await DiskFullTests.mount(stage, "tiny", megabytes: 16) else {
                return
            }
            let receiver = try ReceiverNode(
                stage,
                storage: disk.appending("storage"),
                storageKeys: "minimum_free = \"0B\"\njournal_segment = \"4MiB\""
            )
            try await receiver.start()
            let agent = try AgentNode(stage, at: receiver)
            try await agent.join(receiver)
            let ballast = disk.appending("ballast")
            try await stage.run("fallocate", ["-l", "9M", ballast.description])
            var random = SeededRandom(seed: 12)
            for number in 0..<8 {
                try Files.write(
                    agent.files.appending(BytePath("\(number).jsonl")),
                    random.bytes(1_200_000)
                )
            }
            try await agent.start()
            let stuck = try await agent.shows("cannot go on", within: .seconds(60)) {
                $0.first?.paused != nil || $0.first?.failure != nil
            }
            print(
                "disk full: paused \(stuck.first?.paused ?? "-"), failure \(stuck.first?.failure ?? "-")"
            )
            #expect((stuck.first?.pendingBytes ?? 0) > 0)
            let used = try await receiver.status()
            #expect(used.durableBytes < 8 * 1_200_000)
            try Files.remove(ballast)
            try await stage.run("mount", ["-o", "remount,size=64m", disk.description])
            try await agent.shipped(within: .seconds(120))
            try await receiver.settles(on: agent.files)
            try await agent.verifies()
        }
    }

    @Test("A full state folder of the agent is reported and recovered from")
    func stateFull() async throws {
        try await Stage.with { stage in
            guard let disk = try await DiskFullTests.mount(stage, "state", megabytes: 3) else {
                return
            }
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let agent = try AgentNode(
                stage,
                ports: [("main", receiver.port)],
                state: disk.appending("agent"),
                keys: "rescan = \"10s\""
            )
            try await agent.join(receiver)
            try await agent.start()
            try Files.write(agent.files.appending("first.jsonl"), "{}\n")
            try await agent.shipped()
            let ballast = disk.appending("ballast")
            try await stage.run(
                "sh",
                ["-c", "cat /dev/zero > \"$1\" 2>/dev/null", "-", ballast.description]
            )
            for number in 0..<400 {
                try Files.write(
                    agent.files.appending(BytePath("d/\(number).jsonl")),
                    "{\(number)}\n"
                )
            }
            try await eventually("the agent says that its disk is full", within: .seconds(30)) {
                agent.log.contains("full") || agent.log.contains("No space")
            }
            let process = try #require(agent.process)
            #expect(process.end == nil)
            try Files.remove(ballast)
            try await receiver.settles(on: agent.files, within: .seconds(60))
            try await agent.shipped()
        }
    }

    /// A small file system of its own; nil, with a word about it, where mounting is not allowed.
    static func mount(_ stage: Stage, _ name: BytePath, megabytes: Int) async throws -> BytePath? {
        let folder = stage.folder.appending(name)
        try Files.makeFolder(folder)
        let path = folder.description
        let options = ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tailship-test", path]
        guard try await stage.run("mount", options).end == .exit(0) else {
            print("skipped: a file system cannot be mounted here, which takes a superuser")
            return nil
        }
        stage.atEnd { _ = umount2(path, Int32(MNT_DETACH)) }
        return folder
    }
}
