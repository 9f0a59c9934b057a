import Catalog
import CatalogSupport
import Core
import SQL
import Testing
import Transcripts

/// Which calls of an owner are the same.
struct CallIdentityTests {
    private func calls(
        _ id: String,
        scope: String? = nil,
        _ file: inout SampleFile,
        _ session: String
    ) {
        var access = FileAccessFact(ordinal: 0, path: "/a", operation: .read)
        access.callID = id
        file.append(
            event: "\(session)-call-\(id)",
            session: session,
            at: 1,
            callScope: scope,
            [
                .call(ToolCallFact(callID: id, block: 0, name: "read in " + session, input: "{}")),
                .access(access),
            ]
        )
        file.append(
            event: "\(session)-result-\(id)",
            session: session,
            at: 3,
            callScope: scope,
            [.result(ToolResultFact(callID: id, block: 0, outcome: .success, size: 3))]
        )
    }

    private func rows(_ files: [SampleFile]) throws -> [Int64] {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.commit()
        #expect(try SessionSums.differences(place.reader()) == [])
        return try [
            "SELECT count(*) FROM tool_usage",
            "SELECT count(*) FROM tool_usage WHERE name IS NOT NULL AND duration = 2000000000",
            "SELECT count(*) FROM file_access", "SELECT sum(tool_calls) FROM sessions",
        ].map { try place.reader().prepare($0).all { $0.int(0) }.first ?? -1 }
    }

    @Test("A numbered call of one session is not that of another of the same owner")
    func numbered() throws {
        var first = SampleFile(1)
        calls("call_1", &first, "s")
        var second = SampleFile(2)
        calls("call_1", &second, "t")
        #expect(try rows([first, second]) == [2, 2, 2, 2])
        #expect(try rows([second, first]) == [2, 2, 2, 2])
    }

    @Test("A call that has no like in the world is one row in all copies of its session")
    func unique() throws {
        var first = SampleFile(1)
        calls("toolu_01Vqty83dbKxdNTTi7xGhbrz", &first, "s")
        var fork = SampleFile(2)
        calls("toolu_01Vqty83dbKxdNTTi7xGhbrz", &fork, "t")
        #expect(try rows([first, fork]) == [1, 1, 1, 1])
    }

    @Test("A numbered call in a fork's copied turn is the parent's")
    func scoped() throws {
        var first = SampleFile(1)
        calls("call_1", scope: "turn-1", &first, "s")
        calls("call_1", scope: "turn-2", &first, "s")
        var fork = SampleFile(2)
        calls("call_1", scope: "turn-1", &fork, "t")
        #expect(try rows([first, fork]) == [2, 2, 2, 2])
    }

    @Test("Numbered calls of files that tell no session stay in their file")
    func withoutSession() throws {
        func file(_ number: UInt64) -> SampleFile {
            var file = SampleFile(number)
            let call = ToolCallFact(callID: "1", block: 0, name: "x", input: "")
            file.append(event: nil, session: nil, at: 1, [.call(call)])
            return file
        }
        #expect(try rows([file(1), file(2)])[0] == 2)
    }
}
