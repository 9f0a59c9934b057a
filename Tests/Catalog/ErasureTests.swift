import Catalog
import CatalogSupport
import Core
import Platform
import SQL
import TestSupport
import Testing
import Transcripts

/// What is erased is gone, stays gone, and takes nothing of others along.
struct ErasureTests {
    private static let id = "5a5a1111-2222-4333-8444-555566667777"
    private static let other = "6b6b1111-2222-4333-8444-555566667777"

    private func name(_ session: String) -> SessionName {
        SessionName(owner: "ann", tool: "claude-code", session: session)
    }

    private func prompt(_ text: String) -> Fact {
        .message(MessageFact(block: 0, role: .user, kind: .prompt, text: text))
    }

    private func file(
        _ number: UInt64,
        _ path: String,
        _ records: (String?, String?, String)...
    )
        -> SampleFile
    {
        var file = SampleFile(number)
        file.facts.path = path
        for (index, (event, session, text)) in records.enumerated() {
            file.append(event: event, session: session, at: Int64(index + 1), [prompt(text)])
        }
        return file
    }

    private func write(_ writer: CatalogWriter, _ files: [SampleFile]) throws {
        try writer.begin()
        for file in files {
            try writer.upsert(file.facts)
            while try file.feed(writer) {}
        }
        try writer.settleAll()
        try writer.commit()
    }

    /// Erases as the receiver does, in steps of no more than a few rows.
    @discardableResult
    private func erase(
        _ writer: CatalogWriter,
        _ names: Set<SessionName>,
        step: Duration = .seconds(100)
    ) throws -> ErasurePlan {
        writer.setErased(names)
        try writer.begin()
        let plan = try writer.erasure(of: names)
        try writer.commit()
        var isDone = false
        while !isDone {
            try writer.begin()
            isDone = try writer.erase(names, until: Clock.monotonic() + step).isDone
            try writer.commit()
        }
        try writer.begin()
        _ = try writer.forget((plan.going + plan.staying).flatMap(\.streams))
        try writer.commit()
        return plan
    }

    private func texts(_ place: TemporaryCatalog) throws -> [String] {
        try place.reader().prepare("SELECT text FROM messages ORDER BY text").all { $0.text(0) }
    }

    @Test(
        "Without the erased session the rows are those of a catalog that never saw it",
        arguments: 0..<60
    )
    func convergence(seed: UInt64) throws {
        let files = History(seed: seed).files
        let names: Set = [name("s\(seed % 4)")]
        var random = SeededRandom(seed: seed)
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, files.shuffled(using: &random))
        let plan = try erase(writer, names, step: .microseconds(random.oneIn(2) ? 1 : 1_000_000))
        let gone = Set(plan.going.flatMap(\.streams))
        let left = files.filter { !gone.contains($0.stream) }
        try write(writer, left.shuffled(using: &random))
        #expect(writer.searchFaults == [])
        let reader = try place.reader()
        #expect(try SessionSums.differences(reader) == [])
        #expect(try Tombstones.ofLivingRows(reader) == [])

        let clean = try TemporaryCatalog()
        let cleanWriter = try clean.open()
        cleanWriter.setErased(names)
        try write(cleanWriter, left)
        let wanted = try CatalogDump(clean.reader())
        let differences = try CatalogDump(reader).differences(from: wanted)
        #expect(differences == [], "seed \(seed): \(differences)")
    }

    @Test("Every row of an erased session leaves a tombstone with a rev of its own")
    func tombstones() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(
            writer,
            [file(1, "p/\(Self.id).jsonl", ("a", Self.id, "one"), ("b", Self.id, "two"))]
        )
        let before = writer.rev
        let ids = try place.reader().prepare("SELECT id FROM messages").all { $0.int(0) }
        try erase(writer, [name(Self.id)])
        let reader = try place.reader()
        #expect(try Set(Tombstones.of("messages", reader)) == Set(ids))
        #expect(try Tombstones.of("entries", reader).count == 2)
        #expect(try Tombstones.of("sessions", reader).count == 1)
        #expect(try Tombstones.of("files", reader).count == 1)
        let revs = try reader.prepare("SELECT rev FROM tombstones").all { $0.int(0) }
        #expect(revs.allSatisfy { $0 > before } && Set(revs).count == revs.count)
    }

    @Test("Records of an erased session that come later give no rows, nor do its subagents'")
    func later() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, [file(1, "p/\(Self.id).jsonl", ("a", Self.id, "one"))])
        try erase(writer, [name(Self.id)])
        #expect(!writer.takeErasedNews())
        let again = file(2, "p/\(Self.id)/agent.jsonl", ("b", Self.id + "/agent", "two"))
        let shared = file(3, "p/h.jsonl", ("c", Self.id, "three"), ("d", Self.other, "four"))
        try write(writer, [again, shared])
        #expect(try texts(place) == ["four"])
        #expect(writer.takeErasedNews())
        try writer.begin()
        let plan = try writer.erasure(of: [name(Self.id)], looksAtPaths: false)
        try writer.commit()
        #expect(plan.going.map(\.path) == [again.facts.path])
        #expect(plan.staying.map(\.path) == [shared.facts.path])
    }

    @Test("A subagent goes with the session that called it, however it is named")
    func subagents() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var fact = SessionFact()
        fact.parent = Self.id
        fact.lineage = .subagent
        var sub = SampleFile(2)
        sub.facts.path = "p/rollout-\(Self.other).jsonl"
        sub.append(event: "b", session: Self.other, at: 2, [.session(fact), prompt("below")])
        try write(writer, [file(1, "p/\(Self.id).jsonl", ("a", Self.id, "above")), sub])
        let plan = try erase(writer, [name(Self.id)])
        #expect(plan.sessions.map(\.name.session) == [Self.id, Self.other])
        #expect(plan.going.count == 2)
        #expect(try texts(place) == [])
    }

    @Test("A file with the session's name goes although copies of others' records are in it")
    func copies() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let parent = file(1, "p/\(Self.other).jsonl", ("a", Self.other, "one"))
        let fork = file(2, "p/\(Self.id).jsonl", ("a", Self.other, "one"), ("b", Self.id, "two"))
        try write(writer, [parent, fork])
        let plan = try erase(writer, [name(Self.id)])
        #expect(plan.going.map(\.path) == [fork.facts.path])
        #expect(plan.staying == [])
        try write(writer, [parent])
        #expect(try texts(place) == ["one"])
    }

    @Test("It stays when what it has of others stands nowhere else")
    func sole() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let fork = file(2, "p/\(Self.id).jsonl", ("a", Self.other, "one"), ("b", Self.id, "two"))
        try write(writer, [fork])
        let plan = try erase(writer, [name(Self.id)])
        #expect(plan.going == [])
        #expect(plan.staying.map(\.others) == [[Self.other]])
        try write(writer, [fork])
        #expect(try texts(place) == ["one"])
    }

    @Test("A file of many sessions stays until all of them are erased")
    func history() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let shared = file(1, "history.jsonl", ("a", Self.id, "one"), ("b", Self.other, "two"))
        try write(writer, [shared])
        let first = try erase(writer, [name(Self.id)])
        #expect(first.going == [] && first.staying.count == 1)
        try write(writer, [shared])
        let second = try erase(writer, [name(Self.id), name(Self.other)])
        #expect(second.going.map(\.path) == ["history.jsonl"])
        #expect(second.going.map(\.isOwn) == [false])
    }

    @Test("No file goes that a held session stands in")
    func held() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let parent = file(1, "p/\(Self.other).jsonl", ("a", Self.other, "one"))
        let fork = file(2, "p/\(Self.id).jsonl", ("a", Self.other, "one"), ("b", Self.id, "two"))
        try write(writer, [parent, fork])
        try writer.begin()
        try writer.setHeld([name(Self.other)])
        try writer.commit()
        let plan = try erase(writer, [name(Self.id)])
        #expect(plan.going == [] && plan.staying.map(\.path) == [fork.facts.path])
    }

    @Test("A file without records goes by the identifier in its path, another owner's does not")
    func opaque() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var output = SampleFile(2)
        output.facts.path = "p/\(Self.id)/tool-results/a.txt"
        var foreign = SampleFile(3, agent: 9, owner: "bob")
        foreign.facts.path = "p/\(Self.id)/tool-results/a.txt"
        let own = file(1, "p/\(Self.id).jsonl", ("a", Self.id, "one"))
        try write(writer, [own, output, foreign])
        let plan = try erase(writer, [name(Self.id)])
        #expect(Set(plan.going.flatMap(\.streams)) == [own.stream, output.stream])
    }
}
