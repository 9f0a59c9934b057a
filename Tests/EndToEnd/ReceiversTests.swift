import Core
import TestSupport
import Testing

/// One agent, several receivers, each with a cursor of its own.
@Suite struct ReceiversTests {
    @Test("A receiver that is down delays nobody else, and catches up (case 12)")
    func oneIsDown() async throws {
        try await Stage.with { stage in
            let (one, two) = (try ReceiverNode(stage, "one"), try ReceiverNode(stage, "two"))
            try await one.start()
            try await two.start()
            let agent = try AgentNode(stage, ports: [("one", one.port), ("two", two.port)])
            try await agent.join(one, as: "one")
            try await agent.join(two, as: "two")
            try await agent.start()
            try Files.write(agent.files.appending("a.jsonl"), "{\"a\":1}\n")
            try await agent.shipped()
            try await two.stop()
            var tree = SessionTree(seed: 8)
            for number in 0..<50 {
                try Files.write(agent.files.appending(BytePath("\(number).jsonl")), tree.lines(20))
            }
            try await one.settles(on: agent.files)
            let status = try await agent.status()
            #expect(status.receivers.first { $0.name == "one" }?.pendingStreams == 0)
            #expect(status.receivers.first { $0.name == "two" }?.pendingStreams == 50)
            // Deleted: verified at one, still held for the other.
            try Files.remove(agent.files.appending("7.jsonl"))
            try await agent.shows("holds it for the other") { $0.held.files == 1 }
            try await two.start()
            try await agent.shipped(within: .seconds(90))
            try Files.write(agent.files.appending("7.jsonl~"), "x")
            let theirs = try await two.archive("files").appending("7.jsonl")
            try await eventually("what was deleted meanwhile is whole") {
                let mine = try await one.archive("files").appending("7.jsonl")
                return FileTree.hasSameBytes(theirs, mine)
            }
            try await agent.verifies()
            try await agent.shows("lets go of it") { $0.held.files == 0 }
        }
    }

    @Test("`only` and `except` choose the sources of a receiver")
    func selections() async throws {
        try await Stage.with { stage in
            let (one, two) = (try ReceiverNode(stage, "one"), try ReceiverNode(stage, "two"))
            try await one.start()
            try await two.start()
            let (work, play) = (stage.folder.appending("work"), stage.folder.appending("play"))
            try Files.write(work.appending("w.jsonl"), "{\"work\":1}\n")
            try Files.write(play.appending("p.jsonl"), "{\"play\":1}\n")
            let agent = try AgentNode(
                stage,
                ports: [("one", one.port), ("two", two.port)],
                receiverKeys: ["one": "only = [\"work\"]", "two": "except = [\"work\"]"],
                sources: AgentNode.onlyFiles + """

                    [source.work]
                    include = ["\(work)/**"]
                    [source.play]
                    include = ["\(play)/**"]
                    """
            )
            try await agent.join(one, as: "one")
            try await agent.join(two, as: "two")
            try await agent.start()
            try await one.settles(on: work, as: "work")
            try await two.settles(on: play, as: "play")
            try await agent.shipped()
            try await agent.verifies()
            let (first, second) = (try await one.status(), try await two.status())
            #expect(first.files == 1 && second.files == 1)
            #expect(!Files.exists(try await one.archive("play")))
            #expect(!Files.exists(try await two.archive("work")))
        }
    }
}
