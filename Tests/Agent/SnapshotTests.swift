import Agent
import Core
import Tailing
import TestSupport
import Testing

@Suite("Files that are rewritten whole, on the disk")
struct SnapshotTests {
    static func rewrite(_ text: String, _ station: Workstation) throws {
        try station.disk.replaceContents(of: station.path("c.json"), with: Array(text.utf8))
        try station.event("c.json")
    }

    @Test("Each distinct content is a generation; an equal one is none")
    func generations() throws {
        let station = try Workstation()
        for text in ["{1}", "{2}", "{2}", "{3}"] {
            try SnapshotTests.rewrite(text, station)
            try station.settle()
        }
        #expect(station.receiver.paths.count == 1)
        let contents = station.receiver.contents.sorted { $0.key < $1.key }.map(\.value)
        #expect(contents == ["{1}", "{2}", "{3}"].map { Array($0.utf8) })
    }

    @Test("Nothing is copied before 2 s of quiet, nor twice in 30 s")
    func timing() throws {
        let station = try Workstation()
        try SnapshotTests.rewrite("{1}", station)
        #expect(try !station.keeper.hasWork(at: station.now))
        #expect(
            try station.keeper.nextCopyDue()
                .map { $0 - station.now <= .seconds(2) } == true
        )
        station.sleep(.seconds(3))
        try station.keeper.work(1 << 20, at: station.now)
        try SnapshotTests.rewrite("{2}", station)
        station.sleep(.seconds(5))
        #expect(try !station.keeper.hasWork(at: station.now))
        station.sleep(.seconds(30))
        #expect(try station.keeper.hasWork(at: station.now))
    }

    @Test("A database is refused with its reason, whatever it is called")
    func database() throws {
        let station = try Workstation()
        try SnapshotTests.rewrite("SQLite format 3\0 and pages", station)
        try station.append("x", to: "state.db")
        try station.settle()
        #expect(station.receiver.generations == 0)
        #expect(station.keeper.problems.reasons.count == 2)
    }

    @Test("A copy that every receiver has verified is let go, and the file is not sent again")
    func released() throws {
        let station = try Workstation()
        try SnapshotTests.rewrite("{1}", station)
        try station.settle()
        try station.keeper.releaseHeld(at: station.now)
        #expect(station.disk.files(below: "home/u/.state/snapshots").isEmpty)
        try station.restart(.flushed)
        try station.settle()
        #expect(station.receiver.taken == 3)
    }

    @Test("A copy that was lost before it was shipped is made again and announced")
    func copiedAgain() throws {
        let station = try Workstation()
        try SnapshotTests.rewrite("{1}", station)
        station.sleep(.seconds(3))
        try station.keeper.work(1 << 20, at: station.now)
        try station.restart(.flushed) {
            for copy in station.disk.files(below: "home/u/.state/snapshots") {
                try station.disk.remove(copy)
            }
        }
        try station.ship()
        #expect(station.receiver.taken == 0)
        station.sleep(.seconds(60))
        while try station.keeper.work(1 << 20, at: station.now) {}
        try station.ship()
        #expect(station.receiver.taken == 3)
    }

    @Test("A deleted file ends, its last copy is shipped")
    func deleted() throws {
        let station = try Workstation()
        try SnapshotTests.rewrite("{1}", station)
        station.sleep(.seconds(3))
        try station.keeper.work(1 << 20, at: station.now)
        try station.disk.remove(station.path("c.json"))
        try station.event("c.json")
        try station.settle()
        #expect(station.receiver.contents.values.map { $0 } == [Array("{1}".utf8)])
        #expect(try station.store.stream("logs", "c.json") == nil)
    }

    @Test("Copies wait while the state folder holds as many bytes as it may")
    func room() throws {
        var settings = KeeperSettings()
        settings.copiedBytes = 10
        let station = try Workstation(settings: settings)
        for name in ["a.json", "b.json", "c.json"] as [BytePath] {
            try station.append("12345678", to: name)
        }
        station.sleep(.seconds(60))
        while try station.keeper.work(1 << 20, at: station.now) {}
        #expect(station.disk.files(below: "home/u/.state/snapshots").count == 1)
        for _ in 0..<3 {
            try station.settle()
            try station.keeper.releaseHeld(at: station.now)
        }
        #expect(station.receiver.generations == 3)
    }
}
