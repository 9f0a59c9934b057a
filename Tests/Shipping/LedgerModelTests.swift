import Core
import Shipping
import TestSupport
import Testing
import Wire

/// The ledger beside a model that keeps a copy of its whole state for each journal record instead of undoing
/// anything: `durable` takes the copy of a record, `rollBack` goes back to the last one that was taken.
@Suite("The ledger against a model")
struct LedgerModelTests {
    struct State: Equatable {
        var paths: [BytePath: FileID] = [:]
        var names: [FileID: BytePath] = [:]
        var latest: [FileID: Generation] = [:]
        var lengths: [StreamID: UInt64] = [:]
        var closed: Set<StreamID> = []

        mutating func rename(_ file: FileID, to path: BytePath) {
            if let old = names[file], old != path, paths[old] == file { paths[old] = nil }
            guard names[file] != path else { return }
            names[file] = path
            paths[path] = file
        }
    }

    struct Run {
        var ledger = Ledger()
        var now = State()
        var durable = State()
        var history: [(sequence: UInt64, state: State)] = []
        var sequence: UInt64 = 0
        var minted: UInt64 = 0
        var random: SeededRandom

        mutating func step() {
            switch Int.random(in: 0..<20, using: &random) {
            case 0...3: open()
            case 4...11: chunk()
            case 12...13: rename()
            case 14: close()
            case 15...17: sync()
            case 18: record()
            default: if random.oneIn(5) { fail() }
            }
            check()
        }

        mutating func path() -> BytePath { BytePath("p\(Int.random(in: 0..<6, using: &random))") }

        mutating func open() {
            let path = path()
            let known =
                random.oneIn(3) ? now.names.keys.sorted().randomElement(using: &random) : nil
            let isNew = known == nil && random.oneIn(6)
            let generation = Generation.random(in: 0...3, using: &random)
            minted += 1
            let request = Make.open(path, file: known, generation: generation, isNew: isNew)
            let outcome = ledger.open(request, by: Make.agent, mint: Make.file(minted))
            let found = isNew ? nil : known ?? now.paths[path]
            let file = found ?? Make.file(minted)
            if now.names[file] == nil { now.rename(file, to: path) }
            if generation == 0 || generation >= now.latest[file] ?? 0 { now.rename(file, to: path) }
            let chosen = generation == 0 ? max(1, now.latest[file] ?? 0) : generation
            let stream = StreamID(file: file, generation: chosen)
            if now.lengths[stream] == nil { now.lengths[stream] = 0 }
            now.latest[file] = max(now.latest[file] ?? 0, chosen)
            guard case .resume(let resume, _) = outcome else {
                Issue.record("refused")
                return
            }
            #expect(resume.stream == stream)
            #expect(resume.offset == durable.lengths[stream] ?? 0)
            record()
        }

        mutating func chunk() {
            guard let stream = now.lengths.keys.sorted().randomElement(using: &random),
                let held = now.lengths[stream]
            else { return }
            let start = UInt64(
                max(0, Int64(held) + Int64.random(in: -5...2, using: &random))
            )
            let end = start + UInt64.random(in: 1...9, using: &random)
            let batch = Batch(chunks: [Make.chunk(stream, start..<end)])
            let outcome = ledger.accept(batch, from: Make.agent)
            if start <= held {
                now.lengths[stream] = max(held, end)
                #expect(outcome == .accepted(behind: []))
            } else {
                let resume = Resume(stream: stream, offset: held, status: .behind)
                #expect(outcome == .accepted(behind: [resume]))
            }
            record()
        }

        mutating func rename() {
            guard let stream = now.lengths.keys.sorted().randomElement(using: &random) else {
                return
            }
            let path = path()
            _ = ledger.accept(
                Batch(events: [FileEvent(.renamed, stream, path: path)]),
                from: Make.agent
            )
            now.rename(stream.file, to: path)
            record()
        }

        mutating func close() {
            guard let stream = now.lengths.keys.sorted().randomElement(using: &random) else {
                return
            }
            let event = FileEvent(.closed, stream, value: now.lengths[stream] ?? 0)
            _ = ledger.accept(Batch(events: [event]), from: Make.agent)
            now.closed.insert(stream)
            record()
        }

        mutating func record() {
            sequence += 1
            ledger.recorded(sequence)
            history.append((sequence, now))
        }

        mutating func sync() {
            guard let (sequence, state) = history.randomElement(using: &random) else { return }
            ledger.durable(upTo: sequence)
            durable = state
            history.removeAll { $0.sequence <= sequence }
        }

        mutating func fail() {
            ledger.rollBack()
            now = durable
            history = []
        }

        func check() {
            #expect(ledger.files.mapValues(\.path) == now.names)
            #expect(ledger.files.mapValues(\.latest) == now.latest)
            #expect(ledger.streams.mapValues(\.accepted) == now.lengths)
            for (id, stream) in ledger.streams {
                #expect(stream.durable == durable.lengths[id] ?? 0)
                #expect(stream.isRecorded == (durable.lengths[id] != nil))
                #expect(stream.isClosed == durable.closed.contains(id))
            }
            #expect(ledger.durableBytes == durable.lengths.values.reduce(0, +))
            #expect(ledger.positionSums(of: Make.agent) == recomputed(ledger, Make.agent))
            let settled = now.lengths.allSatisfy { $1 == durable.lengths[$0] ?? 0 }
            #expect(!ledger.isSettled(Make.agent) || settled)
        }
    }

    @Test("Any order of events leaves the ledger where the model is", arguments: 1...40)
    func model(_ seed: UInt64) {
        var run = Run(random: SeededRandom(seed: seed))
        for _ in 0..<400 { run.step() }
    }
}
