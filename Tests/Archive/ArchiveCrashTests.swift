import Archive
import Core
import Journal
import Platform
import TestSupport
import Testing

/// Journal and archive as the receiver drives them, through crashes and failing disks from one seed.
///
/// The sender knows the whole content of every stream and sends from where the archive holds it. What
/// was acknowledged must be in the archive after each recovery, byte for byte.
struct ArchiveCrashRun {
    static let batch: UInt8 = 64
    var random: SeededRandom
    var disk: SimulatedDisk
    /// The bytes that were acknowledged.
    var certain: [StreamID: UInt64] = [:]
    var paths: [FileID: BytePath] = [:]
    var nextFile: UInt64 = 1
    let options: ArchiveOptions

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
        var options = ArchiveOptions()
        options.openObjects = 2
        options.compactionFloor = 1500
        self.options = options
    }

    static func content(_ stream: StreamID, _ range: Range<UInt64>) -> [UInt8] {
        range.map {
            UInt8(
                truncatingIfNeeded: ($0 &+ stream.file.rawValue) &* 7 &+ UInt64(stream.generation)
                    &* 13
            )
        }
    }

    mutating func run(rounds: Int) throws {
        for round in 0..<rounds {
            disk.powerOff(afterOperations: Int.random(in: 1...400, using: &random))
            if round % 2 == 1 {
                disk.failRandomly(.synchronize, oneIn: 30, errno: SimulatedDiskErrno.inputOutput)
                disk.failRandomly(.write, oneIn: 40, errno: SimulatedDiskErrno.noSpace)
                disk.failRandomly(.link, oneIn: 10, errno: SimulatedDiskErrno.noSpace)
            }
            try? work()
            disk = random.oneIn(3) ? disk.processCrash() : disk.crash(using: &random)
            try check()
        }
    }

    private mutating func work() throws {
        var archive = try Archive.open(disk: disk, options: options)
        let (journal, _) = try Journal.open(
            disk: disk,
            segmentBytes: 2000,
            after: archive.appliedSequence
        )
        var reader = journal.reader(after: archive.appliedSequence)
        for _ in 0..<60 {
            do {
                try send(archive, journal)
                try ArchiveCrashRun.replay(reader, archive)
                if random.oneIn(4) {
                    try archive.synchronize(applied: reader.consumed)
                    try reader.release(upTo: archive.appliedSequence)
                }
            } catch {
                archive = try Archive.open(disk: disk, options: options)
                reader = journal.reader(after: archive.appliedSequence)
                try ArchiveCrashRun.replay(reader, archive)
            }
        }
    }

    /// Journals something new and acknowledges it.
    private mutating func send(_ archive: Archive, _ journal: Journal) throws {
        var streams: [StreamID] = []
        archive.forEachFile { file in
            streams += file.generations.keys.map { StreamID(file: file.id, generation: $0) }
        }
        let stream = streams.sorted().randomElement(using: &random)
        guard let stream, !random.oneIn(4) else {
            return try create(journal)
        }
        var records: [PendingRecord] = []
        var ends: [StreamID: UInt64] = [:]
        var offset = archive.stream(stream)?.held ?? 0
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let start = offset - min(offset, UInt64.random(in: 0...9, using: &random))
            let end = offset + UInt64.random(in: 1...700, using: &random)
            records.append(ArchiveCrashRun.chunk(stream, start..<end))
            offset = end
            ends[stream] = end
        }
        if let event = change(stream, archive) {
            records.append(PendingRecord(kind: event.kind, head: event.payload))
        }
        _ = try journal.write(records)
        _ = try journal.commit()
        for (stream, end) in ends { certain[stream] = max(end, certain[stream] ?? 0) }
    }

    private mutating func create(_ journal: Journal) throws {
        let file = ArchiveFixture.file(nextFile)
        nextFile += 1
        let time = ArchiveFixture.time
        let path = BytePath("d\(Int.random(in: 0..<3, using: &random))/f\(file.rawValue % 4)")
        let stream = StreamID(file: file, generation: 1)
        let events: [ArchiveEvent] = [
            .fileCreated(
                file: file,
                agent: ArchiveFixture.agent,
                source: "notes",
                path: path,
                received: time
            ),
            .generationBegan(
                stream: stream,
                received: time,
                modified: time,
                mode: 0o644,
                reason: 0
            ),
        ]
        _ = try journal.write(events.map { PendingRecord(kind: $0.kind, head: $0.payload) })
        _ = try journal.commit()
        certain[stream] = 0
    }

    private mutating func change(_ stream: StreamID, _ archive: Archive) -> ArchiveEvent? {
        let time = ArchiveFixture.time
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            return .renamed(
                file: stream.file,
                path: BytePath("d0/r\(Int.random(in: 0..<4, using: &random))"),
                received: time
            )
        case 1: return .deleted(file: stream.file, received: time)
        case 2:
            let latest = archive.file(stream.file)?.generations.keys.max() ?? 0
            return .generationBegan(
                stream: StreamID(file: stream.file, generation: latest + 1),
                received: time,
                modified: time,
                mode: 0o644,
                reason: 1
            )
        default: return nil
        }
    }

    static func chunk(_ stream: StreamID, _ range: Range<UInt64>) -> PendingRecord {
        var head: [UInt8] = []
        head.append(littleEndian: stream.file.rawValue)
        head.append(littleEndian: stream.generation)
        head.append(littleEndian: range.lowerBound)
        return PendingRecord(kind: batch, head: head, body: content(stream, range)[...])
    }

    static func replay(_ reader: JournalReader, _ archive: Archive) throws {
        while let record = try reader.next() {
            if record.kind == batch {
                let file = ArchiveFixture.file(record.head.littleEndian(UInt64.self, at: 0))
                let generation = record.head.littleEndian(UInt32.self, at: 8)
                _ = try archive.append(
                    stream: StreamID(file: file, generation: generation),
                    offset: record.head.littleEndian(UInt64.self, at: 12),
                    bytes: record.body,
                    received: ArchiveFixture.time
                )
            } else {
                let event = try #require(ArchiveEvent(kind: record.kind, payload: record.head))
                _ = try archive.apply(event)
            }
        }
    }

    private mutating func check() throws {
        let archive = try Archive.open(disk: disk, options: options)
        let (journal, _) = try Journal.open(
            disk: disk,
            segmentBytes: 2000,
            after: archive.appliedSequence
        )
        let reader = journal.reader(after: archive.appliedSequence)
        try ArchiveCrashRun.replay(reader, archive)
        archive.finishReplay()
        try archive.synchronize(applied: reader.consumed)
        #expect(archive.recovery.short.isEmpty)
        for (stream, end) in certain {
            let held = archive.stream(stream)?.held ?? 0
            #expect(held >= end, "\(stream) lost bytes")
        }
        archive.forEachFile { file in
            for (generation, state) in file.generations {
                let stream = StreamID(file: file.id, generation: generation)
                let bytes = disk.contents(Archive.objectPath(stream)) ?? []
                #expect(bytes == ArchiveCrashRun.content(stream, 0..<state.held))
                certain[stream] = state.held
            }
        }
        try checkView(archive)
    }

    /// What the incremental view shows is what a rebuilt one would.
    private func checkView(_ archive: Archive) throws {
        let shown = Set(disk.files(below: "archive"))
        let copy = disk.copy()
        try Archive.open(disk: copy, options: options).rebuildView()
        let rebuilt = Set(copy.files(below: "archive"))
        #expect(shown.subtracting(rebuilt) == [])
        #expect(rebuilt.subtracting(shown) == [])
    }
}

@Suite struct ArchiveCrashTests {
    @Test(arguments: 0..<20)
    func `What was acknowledged is in the archive, byte for byte, whatever crashes`(
        _ group: UInt64
    )
        throws
    {
        for seed in group * 10..<group * 10 + 10 {
            var run = ArchiveCrashRun(seed: seed)
            try run.run(rounds: 6)
        }
    }
}
