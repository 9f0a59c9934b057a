import Core
import Platform
import TestSupport

/// A program that does to its files whatever programs do.
struct Writer {
    let site: AgentSite
    let world: World

    static let names: [BytePath] = [
        "a.jsonl", "b.jsonl", "c.jsonl", "d/a.jsonl", "d/e/b.jsonl", "x.json",
    ]

    /// One thing that happens to the files.
    func act() {
        guard !site.disk.isOff else { return }
        let chance = world.chance
        let name = chance.element(Writer.names)
        let other = chance.element(Writer.names)
        let before = Set(folders(name) + folders(other)).filter { !exists($0) }
        do {
            let paths = try act(chance.number(0...12), name, other)
            guard !paths.isEmpty else { return }
            let made = before.filter(exists).sorted()
            site.changed(made + paths)
        } catch {
            if !site.disk.isOff { world.fail("the writer failed: \(error)") }
        }
    }

    private func folders(_ path: BytePath) -> [BytePath] {
        let parent = path.parent
        return parent.isEmpty ? [] : folders(parent) + [parent]
    }

    private func exists(_ path: BytePath) -> Bool {
        (try? site.disk.status(absolute(path))) ?? nil != nil
    }

    private func absolute(_ name: BytePath) -> BytePath { AgentSite.root.appending(name) }

    /// - Returns: the paths that notifications are about.
    private func act(_ action: Int, _ name: BytePath, _ other: BytePath) throws -> [BytePath] {
        let disk = site.disk
        let path = absolute(name)
        let size = Int(try disk.status(path)?.size ?? 0)
        let isPair = size > 0 && name != other && isTail(name) && isTail(other)
        world.trace.note("writer \(action) \(name) (\(size)) \(other)")
        switch action {
        case 0...4:
            try disk.append(world.chance.bytes(count()), to: path)
            return [name]
        case 5 where size > 0:
            try disk.truncate(path, to: UInt64(world.chance.number(0...(size - 1))))
            return [name]
        case 6 where size > 0:
            let offset = world.chance.number(0...(size - 1))
            let bytes = world.chance.bytes(min(count(), size - offset))
            try disk.rewrite(bytes, in: path, at: UInt64(offset))
            return [name]
        case 7 where isPair: return try copyAndTruncate(name, to: other)
        case 8 where isPair: return try move(name, to: other)
        case 9 where size > 0:
            owe(name)
            try disk.remove(path)
            if world.chance.oneIn(2) { try disk.append(world.chance.bytes(count()), to: path) }
            return [name]
        case 10 where isTail(name) || size == 0: return try save(name)
        case 11 where size > 0:
            // The whole content is written again, in place.
            try disk.truncate(path, to: 0)
            try disk.append(world.chance.bytes(size), to: path)
            return [name]
        default: return []
        }
    }

    private func copyAndTruncate(_ name: BytePath, to other: BytePath) throws -> [BytePath] {
        owe(other)
        try site.disk.remove(absolute(other))
        try site.disk.append(site.disk.contents(absolute(name)) ?? [], to: absolute(other))
        try site.disk.truncate(absolute(name), to: 0)
        return [other, name]
    }

    private func move(_ name: BytePath, to other: BytePath) throws -> [BytePath] {
        owe(other)
        try site.disk.makeDirectories(absolute(other).parent)
        try site.disk.rename(absolute(name), to: absolute(other))
        return [name, other]
    }

    /// An atomic save, sometimes of what stood there and more.
    private func save(_ name: BytePath) throws -> [BytePath] {
        let temporary = absolute("save.tmp")
        let kept = world.chance.oneIn(2) ? site.disk.contents(absolute(name)) ?? [] : []
        owe(name)
        try site.disk.remove(temporary)
        try site.disk.append(kept + world.chance.bytes(count()), to: temporary)
        try site.disk.makeDirectories(absolute(name).parent)
        try site.disk.rename(temporary, to: absolute(name))
        return ["save.tmp", name]
    }

    private func count() -> Int {
        if world.chance.oneIn(15) { return world.chance.number(1...400_000) }
        return world.chance.element([1, 10, 100, 1023, 1024, 5000])
    }

    private func isTail(_ name: BytePath) -> Bool { name.bytes.last == 0x6c }

    /// The content at the path is about to lose its name: if the agent holds it, it must arrive.
    private func owe(_ name: BytePath) {
        guard site === world.station, isTail(name), site.holds(absolute(name)),
            let content = site.disk.contents(absolute(name))
        else { return }
        let isHeard = world.receiver.process?.hears(site.agent) ?? false
        let isCompared = isHeard && site.process?.isShipping ?? false
        world.oracle.owe(content, name, isCompared: isCompared)
    }
}
