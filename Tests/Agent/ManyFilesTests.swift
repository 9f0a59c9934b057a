import Agent
import Core
import Platform
import SQL
import Tailing
import TestSupport
import Testing

@Suite("Many files", .serialized)
struct ManyFilesTests {
    @Test("20,000 files: the second scan finds nothing to do, and says so quickly")
    func scans() throws {
        let disk = try LinuxDisk(root: "/", links: .follow)
        let folder = BytePath("/tmp/tailship-many-\(UInt64.random(in: 0 ... .max))")
        defer { ManyFilesTests.remove(folder, disk) }
        for index in 0..<20_000 {
            let parent = folder.appending(BytePath("root/p\(index / 200)"))
            if index.isMultiple(of: 200) { try disk.makeDirectories(parent) }
            let file = try disk.open(parent.appending(BytePath("\(index).jsonl")), .createNew)
            try [UInt8(1)].withUnsafeBytes { try file.write($0, at: 0) }
        }
        let store = try CheckpointStore.open(
            folder.appending("checkpoints.db"),
            on: disk,
            at: WallTime(nanoseconds: 0)
        ).store
        try store.configure(sources: ["many"], receivers: [("prod", true)])
        let source = WatchedSource(
            name: "many",
            root: folder.appending("root"),
            decide: { _ in .tail },
            mayContain: { _ in true }
        )
        let keeper = try FileKeeper(
            disk: disk,
            state: folder.appending("state"),
            store: store,
            sources: [source]
        )
        let now = WallTime(nanoseconds: 4_000_000_000_000_000_000)
        do {
            let files = try keeper.start(at: now).files
            #expect(files == 20_000)
            try store.flush()
        }
        let second = try processorTime {
            let files = try keeper.scan("many", at: now).files
            #expect(files == 20_000)
        }
        #expect(!store.hasChanges)
        #expect(try store.totals().files == 20_000)
        // The bound of a release build is 300 ms.
        #expect(second < .seconds(5))
    }

    static func remove(_ folder: BytePath, _ disk: LinuxDisk) {
        for entry in (try? disk.list(folder)) ?? [] {
            let path = folder.appending(entry.name)
            if entry.kind == .directory { remove(path, disk) } else { try? disk.remove(path) }
        }
        try? disk.removeDirectory(folder)
    }
}
