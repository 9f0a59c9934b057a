import Core
import Platform

/// The recovery of a journal.
///
/// 1. Segments are read in the order of their numbers, each as `RecordScanner` says: a bad record is
///    skipped and named, every later good one counts, sequences only grow.
/// 2. A segment's first record names the last valid sequence before it. What stands between that one
///    and itself was given up after a failed write, and is void.
/// 3. In the last segment that holds a valid record, a bad end is cut. A later one that holds none is
///    deleted: it was being made when the power went, and nothing in it was acknowledged.
/// 4. That last segment is written over with its own bytes and synced. After a failed `fdatasync` and
///    a kill, Linux still shows bytes that are not on the disk and never will be; what recovery gives
///    counts as durable, so it is made so.
struct JournalOpening {
    private let disk: any Disk
    private let directory: BytePath
    private let applied: UInt64

    private(set) var recovery = JournalRecovery()
    private(set) var segments: [JournalIndex.Segment] = []
    private(set) var lastNumber: UInt64 = 0
    private(set) var lastSequence: UInt64

    /// What is known of a segment before its records are read.
    private struct Candidate {
        var number: UInt64
        var path: BytePath
        var file: any DiskFile
        var size: UInt64
        /// The last sequence before this segment, as its first record says.
        var previousLast: UInt64?
    }

    private static let copyBytes = 256 * 1024

    init(disk: any Disk, directory: BytePath, applied: UInt64) {
        self.disk = disk
        self.directory = directory
        self.applied = applied
        lastSequence = applied
    }

    mutating func run() throws(OperatorError) {
        do throws(SystemError) {
            try disk.makeDirectories(directory)
            let parent = directory.parent
            try disk.synchronizeDirectory(parent)
        } catch {
            throw OperatorError.storage("cannot make the journal folder \(directory)", error)
        }
        let candidates = try findSegments()
        lastNumber = candidates.last?.number ?? 0
        var found: UInt64 = 0
        for (position, candidate) in candidates.enumerated() {
            let limit = candidates[(position + 1)...].compactMap(\.previousLast).first
            try read(candidate, limit: limit, found: &found)
        }
        try settleEnd(candidates)
        recovery.lastSequence = found > 0 ? found : nil
        lastSequence = max(lastSequence, found)
    }

    private func findSegments() throws(OperatorError) -> [Candidate] {
        var candidates: [Candidate] = []
        do throws(SystemError) {
            let numbers = try disk.list(directory).compactMap { JournalSegment.number($0.name) }
            for number in numbers.sorted() {
                let path = JournalSegment.path(number, in: directory)
                let file = try disk.open(path, .update)
                candidates.append(
                    Candidate(
                        number: number,
                        path: path,
                        file: file,
                        size: try file.status().size
                    )
                )
            }
        } catch {
            throw OperatorError.storage("cannot open the journal in \(directory)", error)
        }
        for index in candidates.indices {
            candidates[index].previousLast = try previousLast(candidates[index])
        }
        return candidates
    }

    /// Reads the first record only: where it is damaged, nothing is known.
    private func previousLast(_ candidate: Candidate) throws(OperatorError) -> UInt64? {
        let end = min(candidate.size, UInt64(RecordHeader.size + 8))
        let scanner = RecordScanner(
            file: candidate.file,
            name: candidate.path,
            number: candidate.number,
            end: end
        )
        guard let record = try scanner.next() else { return nil }
        return start(record)
    }

    private func start(_ record: StoredRecord) -> UInt64? {
        guard record.kind == JournalKind.segmentStart, record.offset == 0, record.head.count == 8
        else { return nil }
        return record.head.littleEndian(UInt64.self, at: 0)
    }

    /// Reads all records of one segment, in which none above `limit` is valid, as a later one says;
    /// `found` is the last valid sequence so far.
    private mutating func read(
        _ candidate: Candidate,
        limit: UInt64?,
        found: inout UInt64
    )
        throws(OperatorError)
    {
        let scanner = RecordScanner(
            file: candidate.file,
            name: candidate.path,
            number: candidate.number,
            end: candidate.size,
            lastSequence: found
        )
        var end: UInt64 = 0
        var last: UInt64 = 0
        while let record = try scanner.next() {
            if let limit, record.sequence > limit, start(record) == nil { break }
            noteMissing(record, found: found)
            if record.kind != JournalKind.segmentStart {
                recovery.records += 1
                recovery.firstSequence = recovery.firstSequence ?? record.sequence
            }
            found = record.sequence
            last = record.sequence
            end = scanner.validEnd
        }
        recovery.damage.append(contentsOf: scanner.damage.filter { $0.offset < end })
        if end < candidate.size {
            if let limit, found >= limit {
                recovery.abandonedBytes += candidate.size - end
            } else {
                recovery.damage.append(
                    DamagedRange(file: candidate.path, offset: end, length: candidate.size - end)
                )
            }
        }
        segments.append(
            JournalIndex.Segment(
                number: candidate.number,
                lastSequence: last,
                end: end,
                fileBytes: candidate.size,
                isSealed: true
            )
        )
    }

    private mutating func noteMissing(_ record: StoredRecord, found: UInt64) {
        let known = max(found, applied)
        let expected = start(record).map { $0 + 1 } ?? record.sequence
        if expected > known + 1 { recovery.missing.append((known + 1)...(expected - 1)) }
    }

    /// Cuts the bad end, deletes what holds nothing behind it, and makes the rest durable.
    private mutating func settleEnd(_ candidates: [Candidate]) throws(OperatorError) {
        var rest = candidates[...]
        while let last = segments.last, let candidate = rest.last {
            do throws(SystemError) {
                guard last.end == 0 else {
                    try settle(last, candidate)
                    break
                }
                try disk.remove(candidate.path)
            } catch {
                throw OperatorError.storage("cannot repair \(candidate.path)", error)
            }
            recovery.cutBytes += candidate.size
            recovery.damage.removeAll { $0.file == candidate.path }
            segments.removeLast()
            rest.removeLast()
        }
        do throws(SystemError) {
            try disk.synchronizeDirectory(directory)
        } catch {
            throw OperatorError.storage("cannot sync the journal folder \(directory)", error)
        }
    }

    private mutating func settle(
        _ segment: JournalIndex.Segment,
        _ candidate: Candidate
    )
        throws(SystemError)
    {
        if segment.end < candidate.size {
            try candidate.file.truncate(to: segment.end)
            recovery.cutBytes += candidate.size - segment.end
            recovery.damage.removeAll { $0.file == candidate.path && $0.offset >= segment.end }
            segments[segments.count - 1].fileBytes = segment.end
        }
        try candidate.file.rewrite(0..<segment.end, stepBytes: JournalOpening.copyBytes)
        try candidate.file.synchronize()
    }
}
