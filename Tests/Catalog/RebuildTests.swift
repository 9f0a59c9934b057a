import Catalog
import CatalogSupport
import Core
import SQL
import TestSupport
import Testing
import Transcripts

/// A catalog that takes another's place.
struct RebuildTests {
    private let place: TemporaryCatalog
    private let next: TemporaryCatalog

    init() throws {
        place = try TemporaryCatalog()
        next = try TemporaryCatalog()
    }

    private func feed(_ writer: CatalogWriter, _ files: [SampleFile], settles: Bool = true) throws {
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        if settles { try writer.settleAll() }
        try writer.commit()
    }

    /// Makes the rows of `files` anew in the place of those in `place`; `meanwhile` comes to both at the end.
    private func rebuild(
        _ files: [SampleFile],
        meanwhile: [SampleFile] = [],
        live: CatalogWriter? = nil,
        margin: Int64 = CatalogWriter.revMargin
    ) throws -> CatalogWriter? {
        let writer = try next.open(.rebuild)
        try writer.inherit(from: place.path, margin: margin)
        try feed(writer, files.reversed(), settles: false)
        try writer.settleAnew(niceness: 0)
        if let live { try feed(live, meanwhile) }
        try writer.compare(with: place.path)
        try writer.gather()
        try feed(writer, meanwhile)
        guard try writer.complete(from: place.path) else { return nil }
        try writer.finish()
        return writer
    }

    private func numbers(_ place: TemporaryCatalog, _ sql: String) throws -> [Int64] {
        try place.reader().prepare(sql).all { $0.int(0) }
    }

    private static let tables = [
        "files", "entries", "sessions", "messages", "responses", "tool_usage", "file_access",
        "context_analysis", "findings", "attachments", "tags", "turns", "compactions",
    ]

    @Test(
        "A rebuilt catalog has the same rows and the same life, and each row a greater rev",
        arguments: 0..<12
    )
    func same(seed: UInt64) throws {
        let writer = try place.open()
        let files = History(seed: seed + 70).files
        try feed(writer, files)
        #expect(try !writer.needsRebuild)
        let rebuilt = try #require(try rebuild(files))
        #expect(rebuilt.searchFaults == [])
        #expect(
            try CatalogDump(next.reader()).differences(from: CatalogDump(place.reader())) == []
        )
        let hashes = "SELECT hash FROM findings ORDER BY id"
        let mine = try next.reader().prepare(hashes).all { $0.blob(0) }
        #expect(try place.reader().prepare(hashes).all { $0.blob(0) } == mine)
        #expect(try rebuilt.epoch == writer.epoch)
        // A row that changes its day while nobody has seen it leaves none.
        let moves = "SELECT count(*) FROM moves"
        #expect(try numbers(next, moves) == numbers(place, moves))
        for table in RebuildTests.tables {
            let least = try numbers(next, "SELECT coalesce(min(rev), \(Int64.max)) FROM \(table)")
            #expect(least[0] > writer.rev)
        }
        let schema = "SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1"
        let tables = try next.reader().prepare(schema).all { $0.text(0) }
        #expect(try place.reader().prepare(schema).all { $0.text(0) } == tables)
        #expect(try Tombstones.ofLivingRows(next.reader()) == [])
        #expect(try SessionSums.differences(next.reader()) == [])
    }

    @Test(
        "A rebuild that is left in the middle ends its threads and leaves the former catalog alone",
        arguments: [false, true]
    )
    func left(isFed: Bool) throws {
        try feed(try place.open(), History(seed: 3).files)
        let before = try CatalogDump(place.reader())
        do {
            let writer = try next.open(.rebuild)
            try writer.inherit(from: place.path)
            if isFed { try feed(writer, History(seed: 3).files) }
        }
        #expect(try CatalogDump(place.reader()).differences(from: before) == [])
    }

    @Test(
        "What the former has and the archive has not leaves tombstones; those it had stay",
        arguments: 0..<20
    )
    func gone(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var files = History(seed: seed + 200).files
        let live = try place.open()
        try feed(live, files)
        // One that is erased before the rebuild, one that the archive has lost.
        let erased = files.remove(at: Int.random(in: 0..<files.count, using: &random))
        try live.begin()
        _ = try live.forget([erased.stream])
        for file in files { while try file.feed(live) {} }
        try live.settleAll()
        try live.commit()
        var known: [String: Set<Int64>] = [:]
        for table in RebuildTests.tables {
            known[table] = Set(try numbers(place, "SELECT id FROM \(table)"))
            known[table]?.formUnion(try Tombstones.of(table, place.reader()))
        }
        files.removeLast()
        var late = SampleFile(77)
        late.append(event: "late", session: "s0", at: 9, [])
        try #require(try rebuild(files, meanwhile: [late], live: live) != nil)
        #expect(try Tombstones.ofLivingRows(next.reader()) == [])
        for table in RebuildTests.tables {
            let there = Set(try numbers(next, "SELECT id FROM \(table)"))
            let buried = Set(try Tombstones.of(table, next.reader()))
            let lost = (known[table] ?? []).subtracting(there).subtracting(buried)
            #expect(lost.isEmpty, "\(table)")
        }
        #expect(
            try numbers(
                next,
                "SELECT count(*) FROM entries WHERE offset = 0 AND session IS NOT NULL"
            )[0] > 0
        )
    }

    @Test("A row that is of another day now leaves the former day")
    func moved() throws {
        func file(_ day: Int64) -> SampleFile {
            var file = SampleFile(1)
            let key = ResponseKey(messageID: "m", requestID: "r")
            let response = ResponseFact(key: key, model: "model-a", usage: TokenUsage())
            file.append(event: "e", session: "s", at: day * 86_400 + 5, [.response(response)])
            return file
        }
        try feed(try place.open(), [file(3)])
        try #require(try rebuild([file(4)]) != nil)
        let moves = "SELECT timestamp FROM moves WHERE table_name = 'responses'"
        #expect(try numbers(next, moves) == [(3 * 86_400 + 5) * 1_000_000_000])
    }

    @Test("Holds are taken over, also those of meanwhile")
    func holds() throws {
        let live = try place.open()
        let files = History(seed: 3).files
        try feed(live, files)
        let database = try Connection(path: place.path)
        try StoredFunctions.define(in: database)
        try database.execute("UPDATE sessions SET hold = 1 WHERE session = 's1'")
        try #require(try rebuild(files) != nil)
        #expect(
            try numbers(next, "SELECT id FROM sessions WHERE hold = 1")
                == numbers(place, "SELECT id FROM sessions WHERE session = 's1'")
        )
    }

    @Test("A former catalog that overtook the margin is not replaced")
    func overtaken() throws {
        let live = try place.open()
        let files = History(seed: 4).files
        try feed(live, files)
        var late = SampleFile(77)
        for number in 0..<9 { late.append(event: "l\(number)", session: "s0", at: 9, []) }
        #expect(try rebuild(files, meanwhile: [late], live: live, margin: 3) == nil)
    }
}
