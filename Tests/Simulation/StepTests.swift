import Archive
import Core
import TestSupport
import Testing

@testable import Agent
@testable import Receiver

/// What the simulation found about files that share a path, step by step and without chance.
@Suite("Simulated steps", .serialized)
struct StepTests {
    private let world = World(seed: 1)

    private var disk: SimulatedDisk { world.station.disk }

    private func path(_ name: BytePath) -> BytePath { AgentSite.root.appending(name) }

    private func begin() throws {
        world.station.setClock()
        try disk.makeDirectories(AgentSite.root)
        world.receiver.start()
        world.station.start()
        world.pass(.seconds(2))
    }

    private func write(_ text: String, to name: BytePath) throws {
        try disk.append(Array(text.utf8), to: path(name))
        world.station.changed([name])
    }

    private func move(_ old: BytePath, to new: BytePath) throws {
        try disk.rename(path(old), to: path(new))
        world.station.changed([old, new])
    }

    /// Waits until everything is shipped, and lets the oracle look at it.
    private func settle() throws {
        for _ in 0..<60 {
            world.pass(.seconds(10))
            if try world.station.process?.isDone() == true { break }
        }
        let receiver = try #require(world.receiver.process)
        world.oracle.checkEnd(world.station, receiver)
        #expect(world.failures == [])
    }

    private func files(_ name: BytePath) throws -> [FileState] {
        let archive = try #require(world.receiver.process).workshop.archive
        return archive.files(agent: world.station.agent, source: "logs", path: name)
            .compactMap { archive.file($0) }
    }

    @Test("A file in the place of one that moved, while nobody listened, is a file of its own")
    func rotatedUnheard() throws {
        defer { world.dissolve() }
        try begin()
        try write("old", to: "a.jsonl")
        world.pass(.milliseconds(500))
        let old = try #require(try files("a.jsonl").first)
        world.receiver.kill()
        try move("a.jsonl", to: "b.jsonl")
        try write("new", to: "a.jsonl")
        try settle()
        let (first, second) = (try files("a.jsonl"), try files("b.jsonl"))
        #expect(second.map(\.id) == [old.id], "the rename moved the path")
        #expect(first.count == 1 && first.first?.id != old.id)
        #expect((first + second).allSatisfy { $0.generations.count == 1 })
    }

    @Test("A rename while the receiver's answer is on its way is told after it", arguments: 0..<30)
    func renamedUnanswered(milliseconds: Int) throws {
        defer { world.dissolve() }
        try begin()
        try write("line\n", to: "a.jsonl")
        world.pass(.milliseconds(milliseconds))
        try move("a.jsonl", to: "b.jsonl")
        try settle()
        #expect(try files("b.jsonl").map(\.generations.count) == [1])
        #expect(try files("a.jsonl").isEmpty)
    }

    @Test("A file that comes back after another has followed it is a file of its own")
    func cameBack() throws {
        defer { world.dissolve() }
        try begin()
        try write("old", to: "a.jsonl")
        world.pass(.milliseconds(200))
        try disk.append(Array("new".utf8), to: path("save.tmp"))
        try move("save.tmp", to: "a.jsonl")
        world.pass(.milliseconds(400))
        #expect(try files("a.jsonl").first?.generations.count == 2)
        let held = disk.files(below: AgentSite.held).first {
            disk.contents($0) == Array("old".utf8)
        }
        try disk.link(try #require(held), to: path("b.jsonl"))
        world.station.changed(["b.jsonl"])
        try settle()
        #expect(try files("a.jsonl").map(\.generations.count) == [2])
        #expect(try files("b.jsonl").map(\.generations.count) == [1])
    }

    @Test("A restored receiver that lacks a file gets it again under one new id")
    func restored() throws {
        defer { world.dissolve() }
        try begin()
        world.receiver.takeBackup()
        try write("one", to: "a.jsonl")
        try settle()
        let lost = try #require(try files("a.jsonl").first?.id)
        world.receiver.restore()
        try write(" two", to: "a.jsonl")
        try settle()
        let file = try #require(try files("a.jsonl").first)
        #expect(file.id != lost)
        #expect(file.generations.mapValues(\.held) == [1: 7])
    }

    @Test("What a restore took from the receiver and a power loss from the agent, nobody owes")
    func restoredAndCut() throws {
        defer { world.dissolve() }
        try begin()
        world.receiver.takeBackup()
        try write("one", to: "a.jsonl")
        try settle()
        world.receiver.restore()
        world.oracle.owe(Array("one".utf8), "a.jsonl", isCompared: true)
        for link in disk.files(below: AgentSite.held) { try disk.remove(link) }
        try disk.remove(path("a.jsonl"))
        world.oracle.agentLostPower(world.station)
        world.station.changed(["a.jsonl"])
        try settle()
    }

    @Test("What was verified before a restore and deleted before it was heard of, nobody owes")
    func restoredUnheard() throws {
        defer { world.dissolve() }
        try begin()
        world.receiver.takeBackup()
        try write("one", to: "a.jsonl")
        try settle()
        world.receiver.restore()
        world.oracle.owe(Array("one".utf8), "a.jsonl", isCompared: false)
        try disk.remove(path("a.jsonl"))
        world.station.changed(["a.jsonl"])
        try settle()
    }

    @Test("After a power loss that took a replacement back, the file goes on in a newer generation")
    func replacedInVain() throws {
        defer { world.dissolve() }
        try begin()
        try write("one", to: "a.jsonl")
        try settle()
        world.station.takeBackup()
        try write("another", to: "save.tmp")
        try move("save.tmp", to: "a.jsonl")
        world.pass(.milliseconds(500))
        let held = disk.files(below: AgentSite.held).first {
            disk.contents($0) == Array("one".utf8)
        }
        try disk.link(try #require(held), to: "home/u/former")
        #expect(try files("a.jsonl").first?.generations.mapValues(\.held) == [1: 3, 2: 7])
        world.station.restore()
        try disk.rename("home/u/former", to: path("a.jsonl"))
        try settle()
        try write(" more", to: "a.jsonl")
        try settle()
        let generations = try #require(try files("a.jsonl").first?.generations)
        #expect(generations.mapValues(\.held) == [1: 3, 2: 7, 3: 8])
    }
}
