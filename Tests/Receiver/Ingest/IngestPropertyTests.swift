import CatalogSupport
import Core
import Platform
import SQL
import TestSupport
import Testing

@testable import Receiver

/// What holds of the rows of any files, however their bytes come.
struct IngestPropertyTests {
    private func rows(_ files: [IngestStage.Content]) throws -> CatalogDump {
        let stage = try IngestStage()
        for file in files { try stage.archive(file) }
        let worker = try stage.worker()
        try worker.take(files.map { try stage.source($0) })
        try worker.take(files.map { try stage.source($0, isClosed: true) })
        try worker.settleAll()
        return try stage.dump()
    }

    @Test(
        "Split anywhere, in any order, told twice, with restarts between: the rows are the same",
        arguments: 0..<40
    )
    func split(seed: UInt64) throws {
        let files = TextHistory(seed: seed).files
        let wanted = try rows(files)
        var random = SeededRandom(seed: seed + 1_000)
        let stage = try IngestStage()
        for file in files { try stage.archive(file) }
        var held = files.map { _ in 0 }
        var worker = try stage.worker()
        while true {
            let open = files.indices.filter { held[$0] < files[$0].bytes.count }
            guard !open.isEmpty else { break }
            var sources: [IngestSource] = []
            for index in open.shuffled(using: &random) where !random.oneIn(3) {
                let most = random.oneIn(2) ? 40 : 4_000
                let more = Int.random(in: 1...most, using: &random)
                held[index] = min(files[index].bytes.count, held[index] + more)
                sources.append(try stage.source(files[index], held: held[index]))
            }
            try worker.take(sources)
            if random.oneIn(4) { try worker.take(sources) }
            if random.oneIn(6) { try worker.settleAll() }
            if random.oneIn(6) { worker = try stage.worker() }
        }
        try worker.take(
            files.shuffled(using: &random).map { try stage.source($0, isClosed: true) }
        )
        try worker.settleAll()
        let found = try stage.dump().differences(from: wanted)
        #expect(found == [], "seed \(seed): \(found.prefix(6))")
    }

    @Test(
        "Taken in turns of any size, others coming in between: the rows are the same",
        arguments: 0..<40
    )
    func turns(seed: UInt64) throws {
        let files = TextHistory(seed: seed).files
        let wanted = try rows(files)
        var random = SeededRandom(seed: seed + 3_000)
        let stage = try IngestStage()
        for file in files { try stage.archive(file) }
        let sizes = IngestWorker.Sizes(
            commit: 5_000,
            ahead: random.oneIn(2) ? 0 : .max,
            piece: random.oneIn(2) ? 300 : 3_000
        )
        let worker = try stage.worker(sizes: sizes)
        var scheduler = IngestScheduler()
        let limit = UInt64.random(in: 1...6_000, using: &random)
        func small(_ turn: IngestTurn) -> IngestTurn {
            IngestTurn(sources: turn.sources, limit: limit)
        }
        var open = files.shuffled(using: &random)
        for file in open {
            let held = Int.random(in: 0...file.bytes.count, using: &random)
            scheduler.changed(try stage.source(file, held: held), at: .init(nanoseconds: 9))
        }
        while true {
            let interruptions = IngestWorker.Interruptions(signal: Signal()) {
                if let file = open.popLast(), let whole = try? stage.source(file, isClosed: true) {
                    scheduler.changed(whole, at: .init(nanoseconds: 9))
                }
                return scheduler.urgent().map(small)
            } finished: {
                scheduler.finished($0)
            }
            if let turn = scheduler.next().map(small) {
                scheduler.finished(try worker.take(turn, interruptions: interruptions))
            } else if let file = open.popLast() {
                scheduler.changed(
                    try stage.source(file, isClosed: true),
                    at: .init(nanoseconds: 9)
                )
            } else {
                break
            }
        }
        #expect(scheduler.count == 0)
        try worker.settleAll()
        let found = try stage.dump().differences(from: wanted)
        #expect(found == [], "seed \(seed): \(found.prefix(6))")
    }

    @Test("The files in another order give the same rows", arguments: 0..<20)
    func shuffled(seed: UInt64) throws {
        let files = TextHistory(seed: seed).files
        var random = SeededRandom(seed: seed + 2_000)
        let wanted = try rows(files)
        let found = try rows(files.shuffled(using: &random)).differences(from: wanted)
        #expect(found == [], "\(found.prefix(6))")
    }

    @Test("The same files once more, from another machine of the owner, add entries only")
    func copied() throws {
        for seed in 0..<10 as Range<UInt64> {
            // A record without an identifier of its own is told by its place, and its copy is another one.
            let files = TextHistory(seed: seed).files.filter { $0.source == "claude-code" }
            let copies = files.map { file in
                var copy = file
                copy.number += 100
                copy.agent += 10
                return copy
            }
            #expect(try sums(files + copies) == sums(files), "seed \(seed)")
            #expect(try sums(copies.reversed() + files) == sums(files), "seed \(seed)")
        }
    }

    private func sums(_ files: [IngestStage.Content]) throws -> [String] {
        let stage = try IngestStage()
        for file in files { try stage.archive(file) }
        let worker = try stage.worker()
        for file in files { try worker.take([stage.source(file, isClosed: true)]) }
        try worker.settleAll()
        _ = try stage.dump()
        let query = try stage.reader().prepare(
            """
            SELECT 'responses', count(*), sum(input_tokens), sum(output_tokens), sum(cost)
            FROM responses
            UNION ALL SELECT 'messages', count(*), sum(kind = 'prompt'), 0, 0
            FROM messages
            UNION ALL SELECT 'calls', count(*), sum(outcome = 'success'), 0, 0 FROM tool_usage
            UNION ALL SELECT 'sessions', count(*), sum(prompts), sum(output_tokens), sum(cost)
            FROM sessions
            UNION ALL SELECT 'findings', count(*), 0, 0, 0 FROM findings
            """
        )
        return try query.all { row in
            (0..<row.columnCount).map { row.text($0) }.joined(separator: " ")
        }
    }
}
