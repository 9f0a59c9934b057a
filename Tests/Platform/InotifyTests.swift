import Core
import Glibc
import Platform
import Testing

@Suite struct InotifyTests {
    private let folder = ScratchFolder()

    @Test("What happens in a folder is told, with names as bytes")
    func events() throws {
        let inotify = try Inotify()
        let watch = try inotify.addWatch(folder.path)
        let disk = try folder.disk()
        let name = BytePath([0x61, 0x0a, 0xff])
        try disk.open(name, .createNew).write([1])
        try disk.makeDirectories("sub")
        try disk.rename(name, to: "b")
        try disk.remove("b")
        let seen = try Self.read(inotify)
        #expect(seen.allSatisfy { $0.watch == watch })
        #expect(
            seen.map(\.name) == [name, name, "sub", name, "b", "b"]
        )
        #expect(
            seen.map(\.mask) == [
                .created, .modified, [.created, .isDirectory], .movedFrom, .movedTo, .deleted,
            ]
        )
        #expect(seen[3].cookie != 0)
        #expect(seen[3].cookie == seen[4].cookie)
    }

    @Test("A watch that ends says so")
    func ends() throws {
        let inotify = try Inotify()
        try folder.disk().makeDirectories("sub")
        let watch = try inotify.addWatch(folder.at("sub"))
        try folder.disk().removeDirectory("sub")
        #expect(try Self.read(inotify).map(\.mask) == [[.selfDeleted], [.ignored]])
        inotify.removeWatch(watch)
        let other = try inotify.addWatch(folder.path)
        inotify.removeWatch(other)
        #expect(try Self.read(inotify).map(\.mask) == [.ignored])
    }

    @Test("The loop wakes for events, and thousands of them all arrive")
    func loop() throws {
        let loop = try EventLoop()
        let inotify = try Inotify()
        _ = try inotify.addWatch(folder.path, [.created])
        var names: Set<BytePath> = []
        try loop.add(inotify.descriptor, interest: .readable) { _ in
            try? inotify.read { names.insert($0.name) }
            if names.count == 3000 { loop.stop() }
        }
        let disk = try folder.disk()
        for index in 0..<3000 {
            _ = try disk.open(BytePath("a rather long name of a file \(index)"), .createNew)
        }
        let timer = loop.schedule(after: .seconds(10)) { loop.stop() }
        loop.run()
        timer.cancel()
        #expect(names.count == 3000)
    }

    @Test("Only folders are watched, and what is missing is told with its path")
    func refusals() throws {
        let inotify = try Inotify()
        try folder.write("file", "")
        symlink(folder.path.description, folder.text("link"))
        let missing = #expect(throws: SystemError.self) {
            try inotify.addWatch(folder.at("none"))
        }
        #expect(missing?.isNotFound == true)
        #expect(missing?.subject == folder.text("none"))
        let file = #expect(throws: SystemError.self) { try inotify.addWatch(folder.at("file")) }
        #expect(file?.isNotDirectory == true)
        #expect(throws: SystemError.self) {
            try inotify.addWatch(folder.at("link"), followLinks: false)
        }
        #expect(try inotify.addWatch(folder.at("link")) == inotify.addWatch(folder.path))
    }

    @Test("A full watch table is no full disk")
    func watchLimit() {
        let error = SystemError(errno: ENOSPC, call: "inotify_add_watch", subject: "/x")
        #expect(error.isWatchLimit)
        #expect(!error.isDiskFull)
        #expect(SystemError(errno: ENOSPC, call: "pwrite").isDiskFull)
        #expect(SystemError(errno: EDQUOT, call: "pwrite").isDiskFull)
    }

    private static func read(_ inotify: Inotify) throws -> [Inotify.Event] {
        var events: [Inotify.Event] = []
        try inotify.read { events.append($0) }
        return events
    }
}
