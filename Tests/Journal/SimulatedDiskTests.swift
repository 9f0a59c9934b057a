import Core
import Platform
import TestSupport
import Testing

@Suite struct SimulatedDiskTests {
    @Test func `What is synced with its name survives every crash, what is not may be lost`() throws
    {
        var lost = 0
        for seed in 0..<100 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            let file = try disk.open("a", .createNew)
            try Array("kept".utf8).withUnsafeBytes { try file.write($0, at: 0) }
            try file.synchronize()
            try disk.synchronizeDirectory(".")
            try Array("lost".utf8).withUnsafeBytes { try file.write($0, at: 4) }
            _ = try disk.open("b", .createNew)
            var random = SeededRandom(seed: seed)
            let after = disk.crash(using: &random)
            #expect(after.contents("a")?.starts(with: Array("kept".utf8)) == true)
            if after.contents("a")?.count == 4 || after.contents("b") == nil { lost += 1 }
            #expect(throws: SystemError.self) { try disk.status("a") }
        }
        #expect(lost > 20)
    }

    @Test func `A failed sync loses at the crash what a later sync says is safe`() throws {
        var lost = 0
        for seed in 0..<100 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            let file = try disk.open("a", .createNew)
            try disk.synchronizeDirectory(".")
            try [UInt8(1)].withUnsafeBytes { try file.write($0, at: 0) }
            disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
            #expect(throws: SystemError.self) { try file.synchronize() }
            try file.synchronize()
            #expect(disk.contents("a") == [1])
            var random = SeededRandom(seed: seed)
            if disk.crash(using: &random).contents("a") != [1] { lost += 1 }
        }
        #expect(lost > 20)
    }

    @Test func `A killed process loses nothing that was written`() throws {
        let disk = SimulatedDisk()
        try disk.append(Array("x".utf8), to: "folder/a")
        try disk.rename("folder/a", to: "folder/b")
        let after = disk.processCrash()
        #expect(after.files() == ["folder/b"])
        #expect(after.contents("folder/b") == Array("x".utf8))
    }

    @Test func `Inode numbers are reused, lowest first, once nothing holds them`() throws {
        let disk = SimulatedDisk()
        for name in ["a", "b", "c"] as [BytePath] { try disk.append([1], to: name) }
        let first = try #require(try disk.status("a")).inode
        let open = try disk.open("b", .read)
        try disk.remove("a")
        try disk.remove("b")
        try disk.append([1], to: "d")
        #expect(try disk.status("d")?.inode == first)
        try disk.append([1], to: "e")
        #expect(try disk.status("e")?.inode == first + 3)
        #expect(try open.status().links == 0)
    }

    @Test func `Hard links share bytes and count`() throws {
        let disk = SimulatedDisk()
        try disk.append([1], to: "a")
        try disk.link("a", to: "b")
        try disk.append([2], to: "b")
        #expect(disk.contents("a") == [1, 2])
        #expect(try disk.status("a")?.links == 2)
        #expect(throws: SystemError.self) { try disk.link("a", to: "b") }
    }

    @Test func `A full disk takes what fits`() throws {
        let disk = SimulatedDisk(capacity: 10)
        #expect(throws: SystemError.self) {
            try disk.append([UInt8](repeating: 1, count: 20), to: "a")
        }
        #expect(disk.contents("a")?.count == 10)
        #expect(try disk.space().available == 0)
    }

    @Test(arguments: ["../x", "/x", "a/../../x"] as [BytePath])
    func `No path leaves the root`(_ path: BytePath) throws {
        #expect(throws: SystemError.self) { try SimulatedDisk().open(path, .create) }
    }

    @Test func `A symbolic link in a path is refused unless links are followed`() throws {
        for follows in [false, true] {
            let disk = SimulatedDisk(followsLinks: follows)
            try disk.append([1], to: "real/file")
            try disk.makeSymbolicLink("link", to: "real")
            if follows {
                #expect(try disk.open("link/file", .read).status().size == 1)
            } else {
                #expect(throws: SystemError.self) { try disk.open("link/file", .read) }
            }
            #expect(try disk.status("link")?.kind == .symbolicLink)
        }
    }

    @Test func `A rename is kept or lost as a whole`() throws {
        for seed in 0..<100 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            try disk.replaceContents(of: "from/a", with: [1])
            try disk.makeDirectories("to")
            for folder in [".", "from", "to"] as [BytePath] {
                try disk.synchronizeDirectory(folder)
            }
            try disk.rename("from/a", to: "to/b")
            var random = SeededRandom(seed: seed)
            let files = disk.crash(using: &random).files()
            #expect(files == ["from/a"] || files == ["to/b"])
        }
    }

    @Test func `Stamps follow the coarse clock`() throws {
        let disk = SimulatedDisk()
        disk.setClock(WallTime(nanoseconds: 1_234_567_890), granularity: .milliseconds(4))
        try disk.append([1], to: "a")
        #expect(try disk.status("a")?.modified.nanoseconds == 1_232_000_000)
    }
}
