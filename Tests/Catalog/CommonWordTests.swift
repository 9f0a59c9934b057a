import Catalog
import Core
import TestSupport
import Testing
import Transcripts

/// Searches for words that stand in very many messages.
struct CommonWordTests {
    private static let messages = 60

    private func catalog() throws -> TemporaryCatalog {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        for number in 0..<CommonWordTests.messages {
            let text = "common " + String(repeating: "filler ", count: number * 7 % 13)
            let fact = MessageFact(block: 0, role: .user, kind: .prompt, text: text)
            file.append(
                event: "e\(number)",
                session: "s\(number / 7)",
                at: Int64(number),
                [.message(fact)]
            )
        }
        try writer.begin()
        while try file.feed(writer) {}
        try writer.commit()
        return place
    }

    private func request(many: Int64, slice: Int64 = 16) throws -> SearchRequest {
        var request = try SearchRequest(SearchQuery("common") { _, _ in nil })
        request.many = many
        request.slice = slice
        return request
    }

    @Test("All matches are reached page by page, none twice, slice by slice", arguments: [7, 50])
    func pages(limit: Int) throws {
        let place = try catalog()
        let reader = try CatalogReader(path: place.path)
        var request = try request(many: 3)
        request.limit = limit
        var found: [Int64] = []
        repeat {
            let page = try reader.search(request)
            #expect(page.total == Int64(CommonWordTests.messages))
            found += page.hits.map(\.id)
            request.after = page.next
        } while request.after != nil
        #expect(found.count == CommonWordTests.messages)
        #expect(Set(found).count == CommonWordTests.messages)
    }

    @Test("A slice is ranked, and the newest slice comes first")
    func order() throws {
        let place = try catalog()
        let reader = try CatalogReader(path: place.path)
        var sliced = try request(many: 3)
        sliced.limit = 100
        var whole = try request(many: 1000)
        whole.limit = 100
        let ranked = try reader.search(whole).hits.map(\.id)
        let newest = try reader.search(sliced).hits
        let times = newest.prefix(10).compactMap(\.timestamp?.seconds)
        #expect(times.allSatisfy { $0 >= 40 })
        let places = newest.prefix(10).compactMap { ranked.firstIndex(of: $0.id) }
        #expect(places == places.sorted())
    }

    @Test("Sessions of a common word are the same as of any other, newest first")
    func groups() throws {
        let place = try catalog()
        let reader = try CatalogReader(path: place.path)
        var newest = try request(many: 1000)
        newest.order = .newest
        for (offset, limit) in [(0, 5), (5, 20)] {
            var common = try request(many: 3)
            (common.offset, common.limit) = (offset, limit)
            (newest.offset, newest.limit) = (offset, limit)
            let found = try reader.searchGroups(common, few: 2)
            let wanted = try reader.searchGroups(newest, few: 2)
            #expect(found.groups.map(\.session) == wanted.groups.map(\.session))
            #expect(found.groups.map(\.count) == wanted.groups.map(\.count))
            let hits = (found.groups.flatMap(\.hits), wanted.groups.flatMap(\.hits))
            #expect(hits.0.map(\.id) == hits.1.map(\.id))
            #expect(found.sessions == wanted.sessions && found.total == wanted.total)
        }
    }
}
