import Catalog
import Core
import SQL
import TestSupport
import Testing
import Transcripts

/// Searches for words by way of the map of messages, against the statements that look every message up.
struct WordSearchTests {
    private func catalog(_ seed: UInt64) throws -> (TemporaryCatalog, CatalogWriter, [SampleFile]) {
        let place = try TemporaryCatalog()
        return (place, try place.open(), History(seed: seed + 500).files)
    }

    /// The words that stand in most messages, and one that stands in some.
    private func words(_ reader: CatalogReader) throws -> [String] {
        var counts: [String: Int] = [:]
        for text in try reader.rows("SELECT text FROM messages", [], { $0.text(0) }) {
            for word in Set(text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })) {
                counts[String(word), default: 0] += 1
            }
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return Array(sorted.prefix(2)) + sorted.suffix(1)
    }

    private static let filters: [[FilterTerm]] = [
        [], [FilterTerm(.branch, "branch1")], [FilterTerm(.branch, "branch1", isNegated: true)],
        [FilterTerm(.owner, "ann")],
    ]
    private static let spans = [
        TimeSpan(), TimeSpan(since: WallTime(nanoseconds: 80_000_000_000)),
        TimeSpan(
            since: WallTime(nanoseconds: 30_000_000_000),
            until: WallTime(nanoseconds: 200_000_000_000)
        ),
    ]

    private func requests(_ reader: CatalogReader) throws -> [SearchRequest] {
        var requests: [SearchRequest] = []
        for word in try words(reader) {
            for terms in WordSearchTests.filters {
                for span in WordSearchTests.spans {
                    for order in SearchRequest.Order.allCases {
                        var query = try SearchQuery(word) { _, _ in nil }
                        query.filter = RowFilter(terms, span: span)
                        var request = SearchRequest(query)
                        request.order = order
                        requests.append(request)
                    }
                }
            }
        }
        return requests
    }

    /// The same, with a filter that lets everything through and that no map knows of.
    private func plain(_ request: SearchRequest) -> SearchRequest {
        var plain = request
        plain.query.filter.terms.append(FilterTerm(.role, "*"))
        return plain
    }

    private func compare(_ reader: CatalogReader, _ path: BytePath) throws {
        let other = try CatalogReader(path: path)
        for request in try requests(reader) {
            let found = try reader.search(request)
            let wanted = try other.search(plain(request))
            #expect(found == wanted)
            let groups = try reader.searchGroups(request, few: 2)
            let wantedGroups = try other.searchGroups(plain(request), few: 2)
            #expect(groups.total == wantedGroups.total && groups.sessions == wantedGroups.sessions)
            #expect(groups.total == found.total)
            let counts = groups.groups.map { [$0.session ?? 0, $0.count] }.sorted { $0[0] < $1[0] }
            #expect(
                counts
                    == wantedGroups.groups.map { [$0.session ?? 0, $0.count] }.sorted {
                        $0[0] < $1[0]
                    }
            )
        }
    }

    @Test("A map finds what statements find, whatever was written meanwhile", arguments: 0..<8)
    func same(seed: UInt64) throws {
        let (place, writer, files) = try catalog(seed)
        var random = SeededRandom(seed: seed)
        let reader = try CatalogReader(path: place.path)
        for step in 0..<5 {
            try writer.begin()
            if step == 3 {
                _ = try writer.forget([files[0].stream])
            } else {
                for file in files.shuffled(using: &random) where !random.oneIn(3) {
                    try writer.upsert(file.facts)
                    _ = try file.feed(writer, count: Int.random(in: 1...12, using: &random))
                }
            }
            if random.oneIn(2) { try writer.settleAll() }
            try writer.commit()
            let now = reader.isFile ? reader : try CatalogReader(path: place.path)
            if now.messageMap == nil { now.messageMap = MessageMap() }
            try compare(now, place.path)
        }
    }

    @Test("Each match is on one page, however frequent and however filtered", arguments: 0..<4)
    func pages(seed: UInt64) throws {
        let (place, writer, files) = try catalog(seed)
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        let reader = try CatalogReader(path: place.path)
        reader.messageMap = MessageMap()
        for var request in try requests(reader) {
            request.limit = 500
            let all = Set(try reader.search(request).hits.map(\.id))
            (request.many, request.slice, request.limit) = (1, 4, 3)
            var found: [Int64] = []
            repeat {
                let page = try reader.search(request)
                #expect(page.total == Int64(all.count))
                #expect(page.hits.count <= 3)
                found += page.hits.map(\.id)
                request.after = page.next
            } while request.after != nil
            #expect(found.count == all.count && Set(found) == all)
        }
    }
}
