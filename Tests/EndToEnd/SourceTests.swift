import Core
import Glibc
import TestSupport
import Testing

/// What a source may look like, and where the system's means end (cases 15, 19, 20).
@Suite struct SourceTests {
    private static let nobody: uid_t = 65534

    @Test(
        "A file that may not be read is reported with the user, and shipped when it may (case 20)"
    )
    func permission() async throws {
        try await Stage.with { stage in
            guard geteuid() == 0 else { return print("skipped: it takes a superuser") }
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let agent = try AgentNode(stage, at: receiver)
            agent.wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            try Files.makeFolder(agent.state)
            try Files.setOwner(agent.state, SourceTests.nobody)
            try Files.setOwner(agent.files, SourceTests.nobody)
            try await agent.join(receiver)
            let secret = agent.files.appending("secret.jsonl")
            try Files.write(secret, "{\"secret\":1}\n")
            try Files.setMode(secret, 0o600)
            try Files.makeFolder(agent.files.appending("closed"))
            try Files.write(agent.files.appending("closed/in.jsonl"), "{\"in\":1}\n")
            try Files.setMode(agent.files.appending("closed"), 0o700)
            try Files.write(agent.files.appending("open.jsonl"), "{\"open\":1}\n")
            try await agent.start()
            let status = try await agent.shows("reports both") { $0.problems.count >= 2 }
            #expect(status.problems.contains { $0.path.hasSuffix("secret.jsonl") })
            let text = try await agent.command("status")
            #expect(text.output.contains("running as nobody"), "\(text.all)")
            try Files.setMode(secret, 0o644)
            try Files.setMode(agent.files.appending("closed"), 0o755)
            try await receiver.settles(on: agent.files)
            try await agent.shipped()
            try await agent.shows("has no problem any more") { status in
                !status.problems.contains {
                    $0.path.contains("secret") || $0.path.contains("closed")
                }
            }
        }
    }

    @Test("Links, loops, pipes and folders named like files are left alone (case 19)")
    func strangeEntries() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            let outside = stage.folder.appending("outside.jsonl")
            try Files.write(outside, "not to be shipped\n")
            try Files.write(pair.at("a.jsonl"), "{}\n")
            try Files.link(pair.at("loop"), to: pair.files)
            try Files.link(pair.at("self.jsonl"), to: pair.at("self.jsonl"))
            try Files.link(pair.at("out.jsonl"), to: outside)
            try Files.makePipe(pair.at("pipe.jsonl"))
            try Files.makeFolder(pair.at("folder.jsonl"))
            try Files.write(pair.at("folder.jsonl/in.jsonl"), "{\"in\":1}\n")
            try await pair.agent.start()
            try await pair.settles()
            try Files.makePipe(pair.at("later.jsonl"))
            try Files.link(pair.at("late-loop"), to: "..")
            try Files.write(pair.at("b.jsonl"), "{}\n")
            try await pair.settles()
            let explained = try await pair.agent.command("explain", pair.at("a.jsonl").description)
            #expect(explained.output.contains("3 bytes durable"), "\(explained.all)")
        }
    }

    @Test("A second agent on the same files is refused with the first one's process number")
    func secondAgent() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            let first = try #require(pair.agent.process).pid
            let second = try AgentNode(
                stage,
                "second",
                ports: [("main", pair.receiver.port)],
                sources: AgentNode.onlyFiles
                    + "\n[source.files]\ninclude = [\"\(pair.files)/**\"]\n"
            )
            let refused = try await second.command("run")
            #expect(refused.end == .exit(1))
            #expect(refused.errors.contains("process \(first)"), "\(refused.all)")
            let same = try await pair.agent.command("run")
            #expect(same.end == .exit(1) && same.errors.contains("process \(first)"), "\(same.all)")
        }
    }

    @Test("A second receiver on the same storage is refused")
    func secondReceiver() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let first = try #require(receiver.process).pid
            let refused = try await receiver.command("run")
            #expect(refused.end == .exit(1))
            #expect(refused.errors.contains("process \(first)"), "\(refused.all)")
        }
    }

    @Test("A source's folder may come later, and folders in folders with files at once")
    func laterFolders() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            try await stage.run("rmdir", [pair.files.description])
            try await pair.agent.start()
            try await eventually("the agent says that the folder is not there yet") {
                try await pair.agent.command("status").all.contains("there is no")
            }
            for round in 0..<5 {
                for number in 0..<40 {
                    let path = BytePath("r\(round)/a\(number % 5)/b/c\(number % 3)/\(number).jsonl")
                    try Files.write(pair.at(path), "{\"n\":\(number)}\n")
                }
                try await pair.settles()
            }
            // A whole tree that is moved in.
            let aside = stage.folder.appending("aside")
            for number in 0..<30 {
                try Files.write(aside.appending(BytePath("x/\(number)/y.jsonl")), "{\(number)}\n")
            }
            try Files.rename(aside, pair.at("moved"))
            try await pair.settles()
            try await pair.agent.shows("has no problem any more") { $0.problems.isEmpty }
        }
    }

    @Test("Lost notifications lead to another look at everything (case 15)")
    func overflow() async throws {
        try await Stage.with { stage in
            let key: BytePath = "/proc/sys/fs/inotify/max_queued_events"
            let before = Files.text(key)
            let pair = try await Pair.make(stage, starts: false)
            guard (try? Files.write(key, "16\n")) != nil else {
                return print("skipped: \(key) cannot be changed here")
            }
            // The limit is taken when an agent starts.
            defer { try? Files.write(key, before) }
            try await pair.agent.start()
            try Files.write(key, before)
            let process = try #require(pair.agent.process)
            process.signal(SIGSTOP)
            for number in 0..<300 {
                try Files.write(pair.at(BytePath("\(number).jsonl")), "{\(number)}\n")
            }
            process.signal(SIGCONT)
            try await pair.settles()
            #expect(pair.agent.log.contains("notifications were lost"), "\(pair.agent.log)")
        }
    }

    @Test("Without watches left the agent looks itself, and says so (case 15)")
    func watchLimit() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            for folder in 0..<20 {
                try Files.write(pair.at(BytePath("\(folder)/a.jsonl")), "{}\n")
            }
            // The limit of a user namespace of its own, so that nobody else meets it.
            let script = "echo 5 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\""
            let wrapper = ["unshare", "-Ur", "sh", "-c", script]
            guard
                try await stage.run("unshare", ["-Ur", "sh", "-c", script, "true"]).end == .exit(0)
            else { return print("skipped: no user namespace can be made here") }
            pair.agent.wrapper = wrapper
            try pair.agent.launch()
            pair.agent.wrapper = []
            try await pair.agent.answers()
            let status = try await pair.agent.shows("says that it polls") {
                $0.sources.contains { $0.polled?.contains("max_user_watches") == true }
            }
            #expect(status.watchedFolders <= 5)
            let text = try await pair.agent.command("status")
            #expect(text.output.contains("is polled"), "\(text.all)")
            try Files.append(pair.at("19/a.jsonl"), "{\"more\":1}\n")
            try Files.write(pair.at("new/b.jsonl"), "{}\n")
            try await pair.settles()
        }
    }
}
