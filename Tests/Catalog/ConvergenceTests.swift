import Catalog
import CatalogSupport
import Core
import SQL
import TestSupport
import Testing
import Transcripts

/// Whatever way the same files come, the rows are the same.
struct ConvergenceTests {
    /// What one pass over the files in their order gives.
    private func canonical(_ files: [SampleFile]) throws -> CatalogDump {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        return try check(place)
    }

    private func check(_ place: TemporaryCatalog) throws -> CatalogDump {
        let reader = try place.reader()
        #expect(try SessionSums.differences(reader) == [])
        #expect(try Tombstones.ofLivingRows(reader) == [])
        return try CatalogDump(reader)
    }

    @Test(
        "Any order, split, repetition, crash and reopening gives the same rows",
        arguments: 0..<60
    )
    func order(seed: UInt64) throws {
        let files = History(seed: seed).files
        let wanted = try canonical(files)
        for round in 0..<3 as Range<UInt64> {
            var random = SeededRandom(seed: seed * 101 + round)
            let place = try TemporaryCatalog()
            var writer = try place.open()
            while true {
                try writer.begin()
                var isMore = false
                for file in files.shuffled(using: &random) where !random.oneIn(3) {
                    if random.oneIn(12), try writer.position(of: file.stream) != nil {
                        let end = Int.random(in: 1...file.items.count, using: &random)
                        let start = Int.random(in: 0..<end, using: &random)
                        let held = try writer.position(of: file.stream)?.parsedOffset ?? 0
                        if UInt64(start) * 101 <= held {
                            _ = try writer.apply(file.batch(start..<end))
                        }
                    }
                    let count = Int.random(in: 1...9, using: &random)
                    if try file.feed(writer, count: count) { isMore = true }
                }
                if random.oneIn(5) { try writer.settleAll() }
                if random.oneIn(6) {
                    try writer.rollBack()
                    continue
                }
                try writer.commit()
                if random.oneIn(6) { writer = try place.open() }
                guard !isMore else { continue }
                let isDone = try files.allSatisfy {
                    try writer.position(of: $0.stream)?.parsedOffset == UInt64($0.items.count) * 101
                }
                if isDone { break }
            }
            try writer.begin()
            try writer.settleAll()
            try writer.commit()
            #expect(writer.searchFaults == [])
            let found = try check(place)
            #expect(found.differences(from: wanted) == [], "seed \(seed), round \(round)")
        }
    }

    @Test("A forgotten file leaves what the other files tell, and nothing else", arguments: 0..<40)
    func forget(seed: UInt64) throws {
        let files = History(seed: seed).files
        var random = SeededRandom(seed: seed)
        let gone = Int.random(in: 0..<files.count, using: &random)
        var left = files
        let removed = left.remove(at: gone)
        let wanted = try canonical(left)
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for file in files.shuffled(using: &random) { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        try writer.begin()
        let again = try writer.forget([removed.stream])
        #expect(!again.contains(removed.stream))
        for file in left { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        #expect(writer.searchFaults == [])
        let found = try check(place)
        #expect(found.differences(from: wanted) == [], "seed \(seed)")
    }
}
