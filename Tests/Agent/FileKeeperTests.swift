import Agent
import Core
import Platform
import Tailing
import TestSupport
import Testing

@Suite("The agent's files")
struct FileKeeperTests {
    static func text(_ count: Int, _ seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }

    @Test(
        "Files of 1 to 1,023 bytes that never grow are shipped at once",
        arguments: [0, 1, 2, 512, 1023, 1024, 1025, 300_000]
    )
    func small(size: Int) throws {
        let station = try Workstation()
        try station.append(FileKeeperTests.text(size), to: "a.jsonl")
        try station.ship()
        #expect(try station.archived("a.jsonl") == FileKeeperTests.text(size))
    }

    @Test("A partial last line is never held back and never shipped twice")
    func partialLine() throws {
        let station = try Workstation()
        try station.append("{\"a\":", to: "a.jsonl")
        try station.ship()
        #expect(try station.archived("a.jsonl") == Array("{\"a\":".utf8))
        try station.append("1}\n", to: "a.jsonl")
        try station.ship()
        #expect(try station.archived("a.jsonl") == Array("{\"a\":1}\n".utf8))
        #expect(station.receiver.taken == 8)
    }

    @Test("Different files with the same first kilobytes are both shipped")
    func forks() throws {
        let station = try Workstation()
        let common = FileKeeperTests.text(5000)
        try station.append(common, to: "a.jsonl")
        try station.append(common + [1], to: "b.jsonl")
        try station.settle()
        #expect(try station.archived("a.jsonl") == common)
        #expect(try station.archived("b.jsonl") == common + [1])
    }

    @Test("A rename moves the path and resends nothing", arguments: [true, false])
    func rename(watched: Bool) throws {
        let station = try Workstation()
        try station.append("one\n", to: "a.jsonl")
        try station.settle()
        let move = {
            try station.disk.rename(station.path("a.jsonl"), to: station.path("b.jsonl"))
        }
        if watched {
            try move()
            try station.keeper.moved("logs", from: "a.jsonl", to: "b.jsonl", at: station.now)
        } else {
            try station.restart(.flushed, between: move)
        }
        try station.append("two\n", to: "b.jsonl")
        try station.settle()
        #expect(try station.archived("b.jsonl") == Array("one\ntwo\n".utf8))
        #expect(station.receiver.taken == 8 && station.receiver.generations == 1)
        #expect(station.receiver.paths.values.sorted() == ["b.jsonl"])
    }

    @Test("A renamed folder moves its files and resends nothing")
    func renamedFolder() throws {
        let station = try Workstation()
        try station.append("one\n", to: "p/x/a.jsonl")
        try station.append("two\n", to: "p/b.jsonl")
        try station.settle()
        try station.disk.rename(station.path("p"), to: station.path("q"))
        try station.keeper.moved("logs", from: "p", to: "q", at: station.now)
        try station.settle()
        #expect(station.receiver.paths.values.sorted() == ["q/b.jsonl", "q/x/a.jsonl"])
        #expect(station.receiver.taken == 8)
        #expect(station.watched.contains(station.path("q/x")))
    }

    @Test(
        "Truncation begins a new generation and keeps the old bytes",
        arguments: [true, false],
        [0, 3]
    )
    func truncation(watched: Bool, rest: UInt64) throws {
        let station = try Workstation()
        let old = FileKeeperTests.text(5000)
        try station.append(old, to: "a.jsonl")
        try station.ship()
        let cut = { try station.disk.truncate(station.path("a.jsonl"), to: rest) }
        if watched {
            try cut()
            try station.event("a.jsonl")
        } else {
            try station.restart(.unflushed, between: cut)
        }
        try station.append("new\n", to: "a.jsonl")
        try station.settle()
        #expect(try station.archived("a.jsonl") == old.prefix(Int(rest)) + Array("new\n".utf8))
        #expect(station.receiver.contents.values.contains(old))
        #expect(station.receiver.generations == 2)
    }

    @Test("Regrown past the old offset between two looks: the guard finds it")
    func regrown() throws {
        let station = try Workstation()
        let old = FileKeeperTests.text(5000)
        try station.append(old, to: "a.jsonl")
        try station.ship()
        try station.disk.truncate(station.path("a.jsonl"), to: 0)
        let new = FileKeeperTests.text(9000, 2)
        try station.append(new, to: "a.jsonl")
        try station.ship()
        #expect(try station.archived("a.jsonl") == new)
        #expect(station.receiver.contents.values.contains(old))
    }

    @Test("A rewrite in place with the same size is a new generation", arguments: [true, false])
    func rewritten(watched: Bool) throws {
        let station = try Workstation()
        var bytes = FileKeeperTests.text(3_000_000)
        try station.append(bytes, to: "a.jsonl")
        try station.settle()
        // Far from the end, where no guard looks.
        bytes[1_500_000] ^= 1
        let change = {
            try station.disk.rewrite([bytes[1_500_000]], in: station.path("a.jsonl"), at: 1_500_000)
        }
        if watched {
            try change()
            try station.event("a.jsonl")
        } else {
            try station.restart(.flushed, between: change)
        }
        try station.settle()
        #expect(try station.archived("a.jsonl") == bytes)
        #expect(station.receiver.generations == 2)
    }

    @Test("A rewrite in the tick of the last look is found when the file is finished")
    func sameTick() throws {
        let station = try Workstation()
        try station.append("first\n", to: "a.jsonl")
        try station.ship()
        try station.disk.rewrite(Array("again\n".utf8), in: station.path("a.jsonl"))
        try station.settle()
        #expect(try station.archived("a.jsonl") == Array("again\n".utf8))
    }

    @Test("A touch is no new generation and sends nothing again")
    func touched() throws {
        let station = try Workstation()
        try station.append(FileKeeperTests.text(2_000_000), to: "a.jsonl")
        try station.settle()
        try station.disk.setMode(station.path("a.jsonl"), 0o600)
        try station.event("a.jsonl")
        try station.restart(.flushed)
        try station.settle()
        #expect(station.receiver.generations == 1 && station.receiver.taken == 2_000_000)
    }

    @Test("copytruncate: the copy is a file, the emptied one a new generation")
    func copyTruncate() throws {
        let station = try Workstation()
        try station.append("old\n", to: "a.jsonl")
        try station.ship()
        try station.append("old\n", to: "a.1.jsonl")
        try station.disk.truncate(station.path("a.jsonl"), to: 0)
        try station.append("n\n", to: "a.jsonl")
        try station.settle()
        #expect(try station.archived("a.1.jsonl") == Array("old\n".utf8))
        #expect(try station.archived("a.jsonl") == Array("n\n".utf8))
        #expect(station.receiver.generations == 3)
    }

    @Test("Rotation: the old file keeps its identity, the new one gets its own")
    func rotation() throws {
        let station = try Workstation()
        try station.append("old\n", to: "a.jsonl")
        try station.ship()
        try station.disk.rename(station.path("a.jsonl"), to: station.path("a.1.jsonl"))
        try station.append("new\n", to: "a.jsonl")
        try station.event("a.1.jsonl")
        try station.append("tail\n", to: "a.1.jsonl")
        try station.settle()
        #expect(try station.archived("a.1.jsonl") == Array("old\ntail\n".utf8))
        #expect(try station.archived("a.jsonl") == Array("new\n".utf8))
        #expect(station.receiver.paths.count == 2 && station.receiver.taken == 13)
    }

    @Test(
        "An atomic save is the next generation of the same file, and unread old bytes are shipped"
    )
    func atomicSave() throws {
        let station = try Workstation()
        try station.append("old\n", to: "a.jsonl")
        try station.disk.append(Array("saved\n".utf8), to: station.path("a.tmp"))
        try station.disk.rename(station.path("a.tmp"), to: station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.settle()
        #expect(try station.archived("a.jsonl") == Array("saved\n".utf8))
        #expect(station.receiver.contents.values.contains(Array("old\n".utf8)))
        #expect(station.receiver.paths.count == 1 && station.receiver.generations == 2)
    }

    @Test("A file that a tool deletes before it was shipped is shipped from the held link")
    func deleted() throws {
        let station = try Workstation()
        try station.append("precious\n", to: "a.jsonl")
        try station.disk.remove(station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.settle()
        #expect(station.receiver.contents.values.map { $0 } == [Array("precious\n".utf8)])
        try station.keeper.releaseHeld(at: station.now)
        #expect(station.disk.files(below: "home/u/.state/held").isEmpty)
    }

    @Test(
        "Deleted and created again at the same path, inode reuse included",
        arguments: [true, false]
    )
    func recreated(holds: Bool) throws {
        let station = try Workstation(holds: holds)
        let old = FileKeeperTests.text(5000)
        try station.append(old, to: "a.jsonl")
        try station.ship()
        try station.disk.remove(station.path("a.jsonl"))
        let new = FileKeeperTests.text(6000, 9)
        try station.append(new, to: "a.jsonl")
        try station.settle()
        #expect(try station.archived("a.jsonl") == new)
        #expect(station.receiver.contents.values.contains(old))
    }

    @Test("A new file that was given the inode of a deleted one is never skipped")
    func reusedInode() throws {
        let station = try Workstation(holds: false)
        try station.append(FileKeeperTests.text(5000), to: "a.jsonl")
        try station.settle()
        let before = try #require(try station.disk.status(station.path("a.jsonl")))
        // Without a file that is still open.
        try station.restart(.flushed)
        try station.restart(.flushed) {
            try station.disk.remove(station.path("a.jsonl"))
            try station.disk.append(FileKeeperTests.text(4000, 5), to: station.path("b.jsonl"))
        }
        let after = try #require(try station.disk.status(station.path("b.jsonl")))
        #expect(before.inode == after.inode)
        try station.settle()
        #expect(try station.archived("b.jsonl") == FileKeeperTests.text(4000, 5))
    }

    @Test("A hard-linked alias is shipped once")
    func alias() throws {
        let station = try Workstation()
        try station.append("one\n", to: "a.jsonl")
        try station.disk.link(station.path("a.jsonl"), to: station.path("b.jsonl"))
        try station.event("b.jsonl")
        try station.settle()
        #expect(station.receiver.generations == 1 && station.receiver.taken == 4)
    }

    @Test(
        "Losing the whole state folder costs a comparison, not a resend",
        arguments: [10, 2000, 2_500_000]
    )
    func lostState(size: Int) throws {
        let station = try Workstation()
        try station.append(FileKeeperTests.text(size), to: "a.jsonl")
        try station.settle()
        try station.restart(.withoutState)
        try station.append("more\n", to: "a.jsonl")
        try station.settle()
        #expect(station.receiver.generations == 1 && station.receiver.taken == size + 5)
    }

    @Test("A device with another number, as after a reboot, resends nothing")
    func renumberedDevice() throws {
        let station = try Workstation()
        try station.append(FileKeeperTests.text(5000), to: "a.jsonl")
        try station.settle()
        try station.restart(.flushed) { station.disk.setDevice(77) }
        try station.append("more\n", to: "a.jsonl")
        try station.settle()
        #expect(station.receiver.taken == 5005)
    }

    @Test("Fifos, folders and links named like sessions are passed over; names are bytes")
    func oddNames() throws {
        let station = try Workstation()
        try station.disk.makeSpecial(station.path("fifo.jsonl"))
        try station.disk.makeDirectories(station.path("folder.jsonl"))
        try station.disk.makeSymbolicLink(station.path("loop"), to: Workstation.root)
        try station.disk.makeSymbolicLink(station.path("out.jsonl"), to: "/etc/passwd")
        let odd = BytePath([0xff, 10, 0x80] + Array(".jsonl".utf8))
        try station.append("in\n", to: BytePath("folder.jsonl").appending(odd))
        try station.disk.append(Array("no".utf8), to: station.path("skip/a.jsonl"))
        try station.settle()
        #expect(
            station.receiver.paths.values.map { $0 } == [BytePath("folder.jsonl").appending(odd)]
        )
    }

    @Test("Permission denied is a problem with its path, and picked up when granted")
    func permission() throws {
        let station = try Workstation()
        station.disk.failRandomly(.read, oneIn: 1, errno: 13)
        try station.append("secret\n", to: "a.jsonl")
        try station.ship()
        #expect(
            station.keeper.problems.reasons[station.path("a.jsonl")]?.contains("EACCES") == true
        )
        station.disk.clearFaults()
        try station.disk.setMode(station.path("a.jsonl"), 0o644)
        try station.event("a.jsonl")
        try station.ship()
        #expect(try station.archived("a.jsonl") == Array("secret\n".utf8))
        #expect(station.keeper.problems.reasons.isEmpty)
    }

    @Test("A root that is not there deletes nothing")
    func missingRoot() throws {
        let station = try Workstation()
        try station.append("a\n", to: "a.jsonl")
        try station.settle()
        try station.disk.rename(Workstation.root, to: "home/u/away")
        try station.keeper.scan("logs", at: station.now)
        #expect(try station.store.stream("logs", "a.jsonl")?.state == .live)
        #expect(!station.keeper.problems.reasons.isEmpty)
        try station.disk.rename("home/u/away", to: Workstation.root)
        try station.settle()
        #expect(station.receiver.taken == 2 && station.keeper.problems.reasons.isEmpty)
    }

    @Test("A link whose stream a crash forgot is shipped though its file is gone")
    func orphan() throws {
        let station = try Workstation()
        try station.append("held\n", to: "a.jsonl")
        try station.restart(.unflushed) { try station.disk.remove(station.path("a.jsonl")) }
        try station.settle()
        #expect(station.receiver.contents.values.map { $0 } == [Array("held\n".utf8)])
    }

    @Test("Holding that is switched on later holds the files that are followed already")
    func heldLate() throws {
        let station = try Workstation(holds: false)
        try station.append("held\n", to: "a.jsonl")
        station.holds = true
        try station.restart(.flushed)
        try station.disk.remove(station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.settle()
        #expect(station.receiver.contents.values.map { $0 } == [Array("held\n".utf8)])
    }

    @Test("A path that no rule asks for any more is dropped, with its held link")
    func excludedLater() throws {
        let station = try Workstation()
        try station.append("secret\n", to: "a.jsonl")
        station.excluded = ["a.jsonl"]
        try station.restart(.flushed)
        #expect(station.disk.files(below: "home/u/.state/held").isEmpty)
        try station.settle()
        #expect(station.receiver.generations == 0)
    }

    @Test("Forgetting a deleted file lets its bytes go")
    func forget() throws {
        let station = try Workstation()
        try station.append("held\n", to: "a.jsonl")
        try station.disk.remove(station.path("a.jsonl"))
        try station.event("a.jsonl")
        #expect(try station.keeper.forget("logs", "a.jsonl", at: station.now) == 1)
        #expect(station.disk.files(below: "home/u/.state/held").isEmpty)
        try station.settle()
        #expect(station.receiver.generations == 0)
        #expect(try station.store.totals(station.number).streams == 0)
    }

    @Test("Held bytes over the limit are let go, the unshipped ones as a gap")
    func holdLimit() throws {
        var settings = KeeperSettings()
        settings.heldBytes = 10
        let station = try Workstation(settings: settings)
        for name in ["a.jsonl", "b.jsonl", "c.jsonl"] as [BytePath] {
            try station.append("12345678", to: name)
            try station.disk.remove(station.path(name))
            try station.event(name)
            station.sleep(.seconds(1))
        }
        #expect(try station.store.heldTotals().bytes == 24)
        #expect(try station.keeper.releaseHeld(at: station.now) == 2)
        #expect(try station.store.heldTotals().bytes == 8)
        #expect(try station.store.totals(station.number).gapBytes == 16)
    }
}
