import Agent
import Core
import Platform
import Tailing
import TestSupport
import Testing

/// An interpreter of file system actions: a writer does to its files whatever writers do, the agent looks
/// now and then, ships a little, is killed and comes back. A model beside it knows what must be at the
/// receiver in the end:
/// 1. what each path shows, as the newest generation of its file;
/// 2. what a file held when it lost its last name, if the agent had linked it before;
/// 3. and `ModelReceiver` refuses any chunk that does not follow what it has.
struct KeeperModel {
    let station: Workstation
    var random: SeededRandom
    /// Contents that were deleted while they were held.
    var owed: [[UInt8]] = []
    /// What happened, for a failing seed.
    var story: [String] = []

    static let names: [BytePath] = [
        "a.jsonl", "b.jsonl", "c.jsonl", "d/a.jsonl", "d/e/b.jsonl", "x.json",
    ]

    init(seed: UInt64, holds: Bool) throws {
        random = SeededRandom(seed: seed)
        station = try Workstation(seed: seed, holds: holds)
    }

    /// Acts so many times, lets the agent come to rest, and returns what is wrong then.
    mutating func run(steps: Int) throws -> [String] {
        for _ in 0..<steps { try step() }
        var failures: [String] = []
        if try !station.settle() { failures.append("the agent does not come to rest") }
        for name in station.disk.files(below: Workstation.root) {
            let content = station.disk.contents(name)
            let path = try #require(name.relative(to: Workstation.root))
            guard path != "save.tmp" else { continue }
            if try archived(path) != content { failures.append("\(path) differs") }
        }
        // A save that only adds to the file goes on in the same generation.
        for content in owed
        where !station.receiver.contents.values.contains(where: { $0.starts(with: content) }) {
            failures.append("\(content.count) deleted bytes are lost")
        }
        return failures
    }

    /// An alias is archived under the name of the file that it is another name of.
    private func archived(_ path: BytePath) throws -> [UInt8]? {
        if let bytes = try station.archived(path) { return bytes }
        guard let status = try station.disk.status(station.path(path)),
            let record = try station.store.stream(
                FileKey(device: status.device, inode: status.inode)
            )
        else { return nil }
        return try station.archived(record.path)
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: station.sleep(.milliseconds(Int.random(in: 1...20, using: &random)))
        case 1: station.sleep(.seconds(Int.random(in: 1...40, using: &random)))
        case 2, 3:
            story.append("ship")
            try station.ship(turns: Int.random(in: 1...6, using: &random))
        case 4 where random.oneIn(3):
            let kind = Workstation.Restart.allCases.randomElement(using: &random) ?? .flushed
            story.append("restart \(kind)")
            let count = Int.random(in: 0...3, using: &random)
            // Without its state the agent has no links: what is deleted meanwhile is owed by nobody.
            if kind == .withoutState {
                owed.removeAll { !station.receiver.contents.values.contains($0) }
            }
            var copy = self
            try station.restart(kind) {
                for _ in 0..<count { try copy.act(isWatched: kind != .withoutState, event: false) }
            }
            self = copy
        case 5:
            story.append("flush")
            try station.store.flush()
            try station.keeper.work(1000, at: station.now)
        case 6:
            story.append("scan")
            try station.keeper.scan("logs", at: station.now)
        default: try act(isWatched: true, event: !random.oneIn(4))
        }
    }

    /// One thing that a writer does; `event` says whether the agent is told of it.
    private mutating func act(isWatched: Bool, event: Bool) throws {
        guard let name = KeeperModel.names.randomElement(using: &random),
            let other = KeeperModel.names.randomElement(using: &random)
        else { return }
        let path = station.path(name)
        let target = station.path(other)
        let size = try station.disk.status(path)?.size ?? 0
        let action = Int.random(in: 0..<10, using: &random)
        story.append("\(station.now.nanoseconds / 1_000_000) \(action) \(name) \(other) \(event)")
        var paths = [name]
        switch action {
        case 0, 1, 2: try station.disk.append(bytes(), to: path)
        case 3 where size > 0:
            try station.disk.truncate(path, to: UInt64.random(in: 0..<size, using: &random))
        case 4 where size > 0:
            let offset = UInt64.random(in: 0..<size, using: &random)
            try station.disk.rewrite(bytes().prefix(Int(size - offset)), in: path, at: offset)
        case 5 where size > 0 && name != other && isTail(name) == isTail(other):
            // copytruncate
            try owe(other, isWatched)
            try station.disk.remove(target)
            try station.disk.append(station.disk.contents(path) ?? [], to: target)
            try station.disk.truncate(path, to: 0)
            paths = [other, name]
        case 6 where size > 0 && name != other && isTail(name) == isTail(other):
            try owe(other, isWatched)
            try station.disk.makeDirectories(target.parent)
            try station.disk.rename(path, to: target)
            paths = random.oneIn(2) ? [name, other] : [other, name]
        case 7 where size > 0:
            try owe(name, isWatched)
            try station.disk.remove(path)
            if random.oneIn(2) { try station.disk.append(bytes(), to: path) }
        case 8:
            // An atomic save, sometimes of what stood there and more.
            let kept = random.oneIn(2) ? station.disk.contents(path) ?? [] : []
            try owe(name, isWatched)
            try station.disk.remove(station.path("save.tmp"))
            try station.disk.append(kept + bytes(), to: station.path("save.tmp"))
            try station.disk.makeDirectories(path.parent)
            try station.disk.rename(station.path("save.tmp"), to: path)
        case 9 where size > 0: try station.disk.setMode(path, 0o600)
        default: return
        }
        guard event else { return }
        for path in paths { try station.event(path) }
    }

    /// Remembers that the content of a file must arrive though its last name goes.
    private mutating func owe(_ name: BytePath, _ isWatched: Bool) throws {
        guard isWatched, station.holds, isTail(name),
            let status = try station.disk.status(station.path(name)),
            try isHeld(status), let content = station.disk.contents(station.path(name))
        else { return }
        owed.append(content)
    }

    private func isHeld(_ status: FileStatus) throws -> Bool {
        try station.disk.list("home/u/.state/held").contains {
            try station.disk.status(BytePath("home/u/.state/held").appending($0.name))?.inode
                == status.inode
        }
    }

    private func isTail(_ name: BytePath) -> Bool { name != "x.json" }

    private mutating func bytes() -> [UInt8] {
        let sizes = [1, 10, 100, 1023, 1500, 5000]
        return random.bytes(sizes.randomElement(using: &random) ?? 1)
    }
}

@Suite("The agent's files against a model")
struct KeeperModelTests {
    @Test(
        "Whatever a writer does, what was read or held arrives",
        arguments: 0..<60 as Range<UInt64>,
        [true, false]
    )
    func model(seed: UInt64, holds: Bool) throws {
        var model = try KeeperModel(seed: seed, holds: holds)
        let failures = try model.run(steps: 80)
        #expect(failures.isEmpty, "\(model.story.joined(separator: "\n"))")
    }
}
