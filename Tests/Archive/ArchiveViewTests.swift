import Archive
import Core
import Platform
import TestSupport
import Testing

/// One row of the table of view rules: what happens, and what is to be seen then.
struct ViewCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let steps: @Sendable (ArchiveFixture) throws -> Void
    let expected: [String: String]

    init(
        _ name: String,
        _ expected: [String: String],
        _ steps: @escaping @Sendable (ArchiveFixture) throws -> Void
    ) {
        testDescription = name
        self.expected = expected
        self.steps = steps
    }
}

@Suite struct ArchiveViewTests {
    static let id1 = "~0000000000000001"
    static let id2 = "~0000000000000002"

    static let cases: [ViewCase] = [
        ViewCase("a file has its path", ["d/a": "1"]) { try $0.add(1, "d/a", "1") },
        ViewCase("an empty file is there at once", ["a": ""]) {
            try $0.create(1, "a")
            try $0.begin(1)
        },
        ViewCase("a file without a generation is not", [:]) { try $0.create(1, "a") },
        ViewCase("the latest generation has the name", ["a": "new", "a~g1": "old"]) {
            try $0.add(1, "a", "old")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("new".utf8))
        },
        ViewCase("a new generation waits for its first byte", ["a": "old"]) {
            try $0.add(1, "a", "old")
            try $0.begin(1, 2)
        },
        ViewCase("or for its end", ["a": "", "a~g1": "old"]) {
            try $0.add(1, "a", "old")
            try $0.begin(1, 2)
            _ = try $0.archive.apply(.closed(stream: ArchiveFixture.stream(1, 2), length: 0))
        },
        ViewCase("three generations", ["a": "3", "a~g1": "1", "a~g2": "2"]) {
            try $0.add(1, "a", "1")
            for generation in [2, 3] as [Generation] {
                try $0.begin(1, generation)
                try $0.append(1, generation, Array("\(generation)".utf8))
            }
        },
        ViewCase("a deleted file stays", ["a": "1"]) {
            try $0.add(1, "a", "1")
            try $0.delete(1)
        },
        ViewCase("a new file takes a deleted one's name", ["a": "2", "a\(id1)": "1"]) {
            try $0.add(1, "a", "1")
            try $0.delete(1)
            try $0.add(2, "a", "2")
        },
        ViewCase(
            "with all generations of the old one",
            ["a": "2", "a\(id1)": "n", "a\(id1)~g1": "1"]
        ) {
            try $0.add(1, "a", "1")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("n".utf8))
            try $0.delete(1)
            try $0.add(2, "a", "2")
        },
        ViewCase("one that comes to a path later has it", ["a": "2", "a\(id1)": "1"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "a", "2")
        },
        ViewCase("until it is deleted", ["a": "1", "a\(id2)": "2"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "a", "2")
            try $0.delete(2)
        },
        ViewCase("a rename moves all generations", ["e/b": "2", "e/b~g1": "1"]) {
            try $0.add(1, "d/a", "1")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("2".utf8))
            try $0.rename(1, "e/b")
        },
        ViewCase("a rename frees the name for the other", ["a": "1", "b": "2"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "a", "2")
            try $0.rename(2, "b")
        },
        ViewCase("renamed over another", ["a\(id1)": "1", "a": "2"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "b", "2")
            try $0.rename(2, "a")
        },
        ViewCase("two names swapped", ["a": "2", "b": "1"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "b", "2")
            try $0.rename(1, "c")
            try $0.rename(2, "a")
            try $0.rename(1, "b")
        },
        ViewCase("a file gives way to a folder", ["a/b": "2", "a\(id1)": "1"]) {
            try $0.add(1, "a", "1")
            try $0.add(2, "a/b", "2")
        },
        ViewCase("also when the folder was first", ["a/b": "2", "a\(id1)": "1"]) {
            try $0.add(2, "a/b", "2")
            try $0.add(1, "a", "1")
        },
        ViewCase(
            "a real name that looks like a generation",
            ["a": "n", "a~0000000000000001~g1": "1", "a~g1": "2"]
        ) {
            try $0.add(2, "a~g1", "2")
            try $0.add(1, "a", "1")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("n".utf8))
        },
        ViewCase("a generation that was let go is not there", ["a": "2"]) {
            try $0.add(1, "a", "1")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("2".utf8))
            _ = try $0.archive.apply(
                .tombstone(stream: ArchiveFixture.stream(1), offset: 1, digest: nil, reason: 0)
            )
        },
        ViewCase(
            "a name as long as they get",
            [
                String(repeating: "x", count: 255): "n",
                String(repeating: "x", count: 252) + "~g1": "1",
            ]
        ) {
            let name = BytePath(String(repeating: "x", count: 255))
            try $0.add(1, name, "1")
            try $0.begin(1, 2)
            try $0.append(1, 2, Array("n".utf8))
        },
        ViewCase("a path that is too long as a whole", [id1: "1"]) {
            let folder = String(repeating: "y", count: 255) + "/"
            let name = String(repeating: "z", count: 250)
            try $0.add(1, BytePath(String(repeating: folder, count: 15) + name), "1")
        },
    ]

    @Test(arguments: cases) func `The view follows its rules`(_ row: ViewCase) throws {
        let fixture = try ArchiveFixture()
        try row.steps(fixture)
        #expect(fixture.view == row.expected)
        try fixture.synchronize()
        #expect(fixture.view == row.expected)
    }

    @Test(arguments: cases) func `The view is rebuilt from the manifest`(_ row: ViewCase) throws {
        let fixture = try ArchiveFixture()
        try row.steps(fixture)
        try fixture.synchronize()
        for path in fixture.disk.files(below: "archive") { try fixture.disk.remove(path) }
        try fixture.disk.append([1], to: ArchiveFixture.root.appending("stray/file"))
        let again = try ArchiveFixture(fixture.disk.processCrash())
        try again.archive.rebuildView()
        #expect(again.view == row.expected)
    }

    @Test(arguments: cases) func `The view survives a crash after a sync`(_ row: ViewCase) throws {
        for seed in 0..<5 as Range<UInt64> {
            let fixture = try ArchiveFixture(SimulatedDisk(seed: seed))
            try row.steps(fixture)
            try fixture.synchronize()
            var random = SeededRandom(seed: seed)
            let after = try ArchiveFixture(fixture.disk.crash(using: &random))
            #expect(after.view == row.expected)
        }
    }

    @Test func `A folder that a rename left empty is gone`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "d/e/a", "1")
        try fixture.rename(1, "b")
        #expect(try fixture.disk.list(ArchiveFixture.root).map(\.name) == ["b"])
    }

    @Test func `What a full disk kept from the view comes with the next sync`() throws {
        let fixture = try ArchiveFixture()
        fixture.disk.failNext(.link, errno: SimulatedDiskErrno.noSpace, times: 2)
        try fixture.add(1, "a", "1")
        #expect(fixture.view.isEmpty)
        try fixture.synchronize()
        #expect(fixture.view == ["a": "1"])
        fixture.disk.failNext(.remove, errno: SimulatedDiskErrno.inputOutput)
        try fixture.rename(1, "b")
        try fixture.synchronize()
        #expect(fixture.view == ["b": "1"])
    }
}
