import Core
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct LinuxDiskTests {
    private let folder = ScratchFolder()

    @Test("A file gives back the bytes that were written, at their offsets")
    func roundTrip() throws {
        let file = try folder.disk().open("a", .createNew)
        try file.write(Array("hello".utf8), at: 3)
        #expect(try file.read(100) == [0, 0, 0] + Array("hello".utf8))
        #expect(try file.read(2, at: 4) == Array("el".utf8))
        #expect(try file.read(10, at: 8).isEmpty)
        #expect(try file.read(10, at: 800).isEmpty)
        try file.truncate(to: 5)
        try file.synchronize()
        #expect(try file.status().size == 5)
    }

    @Test("A gathering write puts down more buffers than one call takes, empty ones among them")
    func gathering() throws {
        let file = try folder.disk().open("a", .createNew)
        let content = (0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let result = content.withUnsafeBytes { bytes in
            var buffers = (0..<3000).map {
                UnsafeRawBufferPointer(rebasing: bytes[($0 * 3)..<($0 * 3 + 3)])
            }
            buffers.insert(UnsafeRawBufferPointer(start: nil, count: 0), at: 0)
            buffers.insert(UnsafeRawBufferPointer(start: nil, count: 0), at: 1500)
            buffers.append(UnsafeRawBufferPointer(start: nil, count: 0))
            return Result { () throws(SystemError) in try file.write(gathering: buffers, at: 10) }
        }
        try result.get()
        #expect(try file.read(10_000, at: 10) == content)
        try file.write(gathering: [], at: 0)
    }

    @Test("Modes differ in what they ask to be there")
    func modes() throws {
        let disk = try folder.disk()
        #expect(throws: SystemError.self) { try disk.open("a", .read) }
        #expect(throws: SystemError.self) { try disk.open("a", .update) }
        _ = try disk.open("a", .create)
        _ = try disk.open("a", .create)
        let error = #expect(throws: SystemError.self) { try disk.open("a", .createNew) }
        #expect(error?.isExisting == true)
        #expect(throws: SystemError.self) { try disk.open("a", .read).write([1]) }
    }

    @Test("Files are made for their user alone, folders too")
    func permissions() throws {
        let disk = try folder.disk()
        try disk.makeDirectories("x/y/z")
        try disk.makeDirectories("x/y/z")
        _ = try disk.open("x/y/z/f", .createNew)
        let made = try #require(try disk.status("x/y/z/f"))
        #expect(made.mode == 0o600)
        #expect(made.kind == .regular)
        #expect(made.links == 1)
        #expect(made.owner == geteuid())
        #expect(try disk.status("x/y")?.mode == 0o700)
        #expect(abs((made.modified - Clock.wall()).milliseconds) < 60_000)
        #expect(try disk.status("")?.kind == .directory)
    }

    @Test("A folder cannot be made where a file stands")
    func folderOverFile() throws {
        try folder.write("a", "x")
        for path: BytePath in ["a", "a/b"] {
            let error = #expect(throws: SystemError.self) {
                try folder.disk().makeDirectories(path)
            }
            #expect(error?.isNotDirectory == true)
        }
    }

    @Test("Names are bytes, whatever they spell", arguments: LinkPolicy.all)
    func names(_ links: LinkPolicy) throws {
        let disk = try folder.disk(links)
        let names = [
            BytePath("two\nlines"), BytePath([0xff, 0xfe, 0x80]), BytePath("späti"),
            BytePath("-rf *"), BytePath([UInt8](repeating: 0x61, count: 255)),
        ]
        for name in names { try disk.open(name, .createNew).write(name.bytes) }
        #expect(Set(try disk.list("").map(\.name)) == Set(names))
        for name in names { #expect(try disk.open(name, .read).read(300) == name.bytes) }
    }

    @Test(
        "What leads out of the root is refused by every operation",
        arguments: ["../x", "/etc/passwd", "a/../../x", "..", "a/./b", "a//b", ".", "a/"]
    )
    func escapes(_ text: String) throws {
        let disk = try folder.disk()
        let path = BytePath(text)
        try disk.makeDirectories("a")
        try folder.write("inside", "x")
        for operation in Self.operations(on: disk, path, inside: "inside") {
            let error = #expect(throws: SystemError.self) { try operation() }
            #expect(error?.errno == EINVAL)
        }
        #expect(try disk.status("inside")?.links == 1)
    }

    @Test("A symbolic link is not followed, wherever in the path it stands")
    func links() throws {
        let outside = ScratchFolder()
        try outside.write("secret", "s")
        symlink(outside.path.description, folder.text("out"))
        symlink(outside.text("secret"), folder.text("file"))
        let disk = try folder.disk()
        for operation in Self.operations(on: disk, "out/secret", inside: "file") {
            let error = #expect(throws: SystemError.self) { try operation() }
            #expect(error?.isLinkRefused == true)
        }
        #expect(throws: SystemError.self) { try disk.open("file", .read) }
        #expect(throws: SystemError.self) { try disk.open("file", .create) }
        #expect(throws: SystemError.self) { try disk.list("out") }
        #expect(throws: SystemError.self) { try disk.makeDirectories("out") }
        #expect(throws: SystemError.self) { try disk.statusFollowingLinks("file") }
        #expect(try disk.status("file")?.kind == .symbolicLink)
        #expect(try outside.disk().list("").count == 1)
    }

    @Test("A disk that follows links reaches what they name, and absolute paths from the root")
    func following() throws {
        let outside = ScratchFolder()
        try outside.write("secret", "s")
        symlink(outside.path.description, folder.text("out"))
        let disk = try LinuxDisk(root: "/", links: .follow)
        let path = folder.at("out/secret")
        #expect(try disk.open(path, .read).read(9) == [0x73])
        #expect(try disk.open(BytePath(path.bytes.dropFirst()), .read).read(9) == [0x73])
        #expect(try disk.status(folder.at("out"))?.kind == .symbolicLink)
        #expect(try disk.statusFollowingLinks(folder.at("out"))?.kind == .directory)
        try disk.makeDirectories(folder.at("out/new/er"))
        #expect(try outside.disk().status("new/er")?.kind == .directory)
        #expect(try disk.status("/")?.kind == .directory)
        let error = #expect(throws: SystemError.self) { try disk.open(folder.at("none"), .read) }
        #expect(
            error?.description
                == "open \(folder.text("none")): No such file or directory (ENOENT)"
        )
    }

    @Test(
        "A fifo, a folder or a device named like a file is refused at once",
        arguments: LinkPolicy.all
    )
    func special(_ links: LinkPolicy) throws {
        mkfifo(folder.text("fifo.jsonl"), 0o600)
        mkdir(folder.text("folder.jsonl"), 0o700)
        let disk = try folder.disk(links)
        for mode: OpenMode in [.read, .update, .create] {
            for name: BytePath in ["fifo.jsonl", "folder.jsonl"] {
                let error = #expect(throws: SystemError.self) { try disk.open(name, mode) }
                #expect(error?.isNotRegular == true)
            }
        }
        #expect(throws: SystemError.self) {
            try LinuxDisk(root: "/", links: .follow).open("/dev/null", .read)
        }
    }

    @Test("The kinds of names are listed; a missing folder is an error")
    func list() throws {
        mkfifo(folder.text("fifo"), 0o600)
        symlink("x", folder.text("link"))
        mkdir(folder.text("folder"), 0o700)
        try folder.write("file", "")
        let kinds = Dictionary(
            uniqueKeysWithValues: try folder.disk().list("").map { ($0.name, $0.kind) }
        )
        #expect(
            kinds == [
                "fifo": .special, "link": .symbolicLink, "folder": .directory, "file": .regular,
            ]
        )
        #expect(try folder.disk().list("folder").isEmpty)
        let error = #expect(throws: SystemError.self) { try folder.disk().list("none") }
        #expect(error?.isNotFound == true)
    }

    @Test("A folder of thousands of names is listed whole")
    func longList() throws {
        let disk = try folder.disk()
        for index in 0..<3000 { _ = try disk.open(BytePath("file number \(index)"), .createNew) }
        #expect(Set(try disk.list("").map(\.name)).count == 3000)
    }

    @Test("Nothing there is nil, and removing nothing is no error")
    func missing() throws {
        let disk = try folder.disk()
        try folder.write("file", "")
        #expect(try disk.status("none") == nil)
        #expect(try disk.status("none/deep") == nil)
        #expect(try disk.status("file/deep") == nil)
        #expect(try disk.statusFollowingLinks("none") == nil)
        try disk.remove("none")
        try disk.removeDirectory("none")
        try disk.remove("none/deep")
    }

    @Test("A link is a second name, a rename replaces, and a taken name is not linked over")
    func linkAndRename() throws {
        let disk = try folder.disk()
        try disk.makeDirectories("held/deep")
        try folder.write("a", "first")
        try disk.link("a", to: "held/deep/1")
        #expect(try disk.status("a")?.links == 2)
        #expect(try disk.status("a")?.inode == disk.status("held/deep/1")?.inode)
        let error = #expect(throws: SystemError.self) { try disk.link("a", to: "held/deep/1") }
        #expect(error?.isExisting == true)
        try folder.write("b", "second")
        try disk.rename("b", to: "a")
        #expect(try disk.open("a", .read).read(99) == Array("second".utf8))
        #expect(try disk.open("held/deep/1", .read).read(99) == Array("first".utf8))
        try disk.synchronizeDirectory("held/deep")
        try disk.synchronizeDirectory("")
        try disk.remove("held/deep/1")
        #expect(throws: SystemError.self) { try disk.removeDirectory("held") }
        try disk.removeDirectory("held/deep")
        #expect(try disk.status("held/deep") == nil)
    }

    @Test("Space is counted in bytes")
    func space() throws {
        let space = try folder.disk().space()
        #expect(space.total > 1 << 20)
        #expect(space.available <= space.total)
    }

    @Test("20,000 looks at files take far less than a second", arguments: LinkPolicy.all)
    func manyLooks(_ links: LinkPolicy) throws {
        let disk = try folder.disk(links)
        try disk.makeDirectories("a/b")
        try folder.write("a/b/c", "")
        let took = try processorTime {
            for _ in 0..<20_000 { _ = try disk.status("a/b/c") }
        }
        // Some 50 ms; the bound leaves room for a slow machine and a build without optimization.
        #expect(took < .seconds(3))
    }

    private static func operations(
        on disk: LinuxDisk,
        _ path: BytePath,
        inside: BytePath
    )
        -> [() throws -> Void]
    {
        [
            { _ = try disk.open(path, .read) }, { _ = try disk.open(path, .createNew) },
            { _ = try disk.status(path) }, { _ = try disk.statusFollowingLinks(path) },
            { try disk.makeDirectories(path) }, { try disk.synchronizeDirectory(path) },
            { _ = try disk.list(path) }, { try disk.remove(path) },
            { try disk.removeDirectory(path) }, { try disk.rename(path, to: inside) },
            { try disk.rename(inside, to: path) }, { try disk.link(path, to: inside) },
            { try disk.link(inside, to: path) },
        ]
    }
}

extension LinkPolicy {
    static let all: [LinkPolicy] = [.refuse, .follow]
}
