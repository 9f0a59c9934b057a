import Core
import Platform

/// The append-only log in front of every acknowledgement: `<20 digits>.segment` files of records.
///
/// 1. `write` puts records behind each other, of many connections at once.
/// 2. `commit` makes all of them durable with one `fdatasync`; only then may they be acknowledged.
/// 3. When either fails, nothing since the last commit is acknowledged. The segment is given up at its
///    last durable byte, and the next `write` opens a new one, whose first record says which sequences
///    are void. Their numbers are never used again: should a record that was given up come back after a
///    crash, it is ignored where that first record is durable, and harmless where it is not, because
///    then nothing was acknowledged after it, and applying it twice changes nothing.
///
/// The layout of a record is specified in `RecordHeader`, recovery in `JournalOpening`.
/// Not thread-safe: one writer thread owns it. Readers share only `index`.
package final class Journal {
    /// What readers share with the writer.
    package let index: JournalIndex

    private let disk: any Disk
    private let directory: BytePath
    private let segmentBytes: UInt64
    private let makeSalt: () -> UInt64

    private var file: (any DiskFile)?
    private var number: UInt64
    private var salt: UInt64 = 0
    private var nextSequence: UInt64
    private var length: UInt64 = 0
    private var durableLength: UInt64 = 0
    private var scratch: [UInt8] = []

    /// Records that one `pwritev` takes: each needs two buffers and a few KiB of the thread's stack, as
    /// gathering nests a call for each.
    private static let recordsPerWrite = 32

    /// Opens the journal in `directory`, which is made if it is missing, and recovers what is in it.
    ///
    /// No segment is opened before the first `write`, so that a full disk does not keep anybody from
    /// reading what is there.
    /// - Parameters:
    ///   - disk: its root is the storage folder.
    ///   - directory: the journal's folder below it.
    ///   - segmentBytes: a segment that has reached this size is followed by the next.
    ///   - sequence: the last sequence that the archive has applied; new records are numbered above it.
    ///   - salt: random numbers for new segments, which nobody outside can guess.
    /// - Returns: the journal and what was found in it.
    /// - Throws: `.storage` when the folder or a segment cannot be read or synced.
    package static func open(
        disk: any Disk,
        directory: BytePath = "journal",
        segmentBytes: UInt64,
        after sequence: UInt64 = 0,
        salt: @escaping () -> UInt64 = { .random(in: .min ... .max) }
    ) throws(OperatorError) -> (Journal, JournalRecovery) {
        var opening = JournalOpening(disk: disk, directory: directory, applied: sequence)
        try opening.run()
        let journal = Journal(
            disk: disk,
            directory: directory,
            segmentBytes: segmentBytes,
            opening: opening,
            salt: salt
        )
        return (journal, opening.recovery)
    }

    private init(
        disk: any Disk,
        directory: BytePath,
        segmentBytes: UInt64,
        opening: JournalOpening,
        salt: @escaping () -> UInt64
    ) {
        self.disk = disk
        self.directory = directory
        self.segmentBytes = segmentBytes
        makeSalt = salt
        number = opening.lastNumber
        nextSequence = opening.lastSequence + 1
        index = JournalIndex(
            segments: opening.segments,
            durableSequence: opening.lastSequence,
            damage: opening.recovery.damage
        )
    }

    /// A reader of the records behind `sequence`, to be handed to the thread that will own it.
    package func reader(after sequence: UInt64) -> sending JournalReader {
        JournalReader(disk: disk, directory: directory, index: index, after: sequence)
    }

    /// Whether records wait for `commit`.
    package var hasUncommitted: Bool { length > durableLength }

    /// Writes `records` behind each other, without making them durable.
    /// - Returns: the sequences that they were given, in order.
    /// - Throws: `.storage`; then nothing since the last commit will ever be durable. Call again to go on.
    package func write(_ records: [PendingRecord]) throws(OperatorError) -> Range<UInt64> {
        if file == nil || (length >= segmentBytes && !hasUncommitted) { try roll() }
        guard let file else { preconditionFailure("roll() opens a segment or throws") }
        let first = nextSequence
        var rest = records[...]
        while !rest.isEmpty {
            let group = rest.prefix(Journal.recordsPerWrite)
            rest = rest.dropFirst(group.count)
            do throws(SystemError) {
                try write(group, to: file)
            } catch {
                throw giveUpWrite(error)
            }
        }
        return first..<nextSequence
    }

    /// Makes everything that was written durable.
    /// - Returns: the sequence up to which all may be acknowledged.
    /// - Throws: `.storage`; then nothing since the last commit may be acknowledged, ever.
    package func commit() throws(OperatorError) -> UInt64 {
        guard let file, hasUncommitted else { return index.durableSequence }
        do throws(SystemError) {
            try file.synchronize()
        } catch {
            throw abandon("cannot make the journal durable", error)
        }
        durableLength = length
        index.advance(to: nextSequence - 1, end: length)
        return nextSequence - 1
    }

    /// Closes the segment and opens the next, durable with its name before this returns.
    ///
    /// What was not committed is given up.
    package func roll() throws(OperatorError) {
        if file != nil, hasUncommitted { cutUncommitted() }
        if file != nil { index.seal() }
        file = nil
        number += 1
        salt = makeSalt()
        length = 0
        durableLength = 0
        let path = JournalSegment.path(number, in: directory)
        do throws(SystemError) {
            let file = try disk.open(path, .createNew)
            let sequence = try writeStart(to: file)
            try file.synchronize()
            try disk.synchronizeDirectory(directory)
            self.file = file
            durableLength = length
            index.append(
                JournalIndex.Segment(
                    number: number,
                    lastSequence: sequence,
                    end: length,
                    fileBytes: length,
                    isSealed: false
                )
            )
        } catch {
            try? disk.remove(path)
            throw OperatorError.storage("cannot open the journal segment \(path)", error)
        }
    }

    private func writeStart(to file: any DiskFile) throws(SystemError) -> UInt64 {
        var head: [UInt8] = []
        head.append(littleEndian: index.durableSequence)
        let header = RecordHeader(
            file: number,
            salt: salt,
            sequence: nextSequence,
            kind: JournalKind.segmentStart,
            head: head.count,
            body: 0
        )
        nextSequence += 1
        var bytes: [UInt8] = []
        header.append(to: &bytes, head: head, body: [])
        try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(buffer), at: 0)
        }
        length = UInt64(bytes.count)
        return header.sequence
    }

    /// Gives up what was not committed; after a full disk the segment itself can go on, once it is
    /// known to end where it was durable.
    private func giveUpWrite(_ error: SystemError) -> OperatorError {
        guard error.isDiskFull, cutUncommitted() else {
            return abandon("cannot write the journal", error)
        }
        nextSequence = index.durableSequence + 1
        return OperatorError.storage("cannot write the journal in \(directory)", error)
    }

    /// Gives up the segment, as nothing that was written since the last commit can be trusted.
    private func abandon(_ message: String, _ error: SystemError) -> OperatorError {
        cutUncommitted()
        index.seal()
        file = nil
        return OperatorError.storage(
            "\(message) (\(JournalSegment.path(number, in: directory)))",
            error
        )
    }

    /// Cuts what was not committed, to free the room that it takes.
    ///
    /// When that fails too, the next segment's first record makes it void all the same.
    /// - Returns: whether the segment is known to end at its last durable byte.
    @discardableResult
    private func cutUncommitted() -> Bool {
        length = durableLength
        do throws(SystemError) {
            try file?.truncate(to: durableLength)
            try file?.synchronize()
            return true
        } catch {
            return false
        }
    }
}

// Writing without copying bodies: one buffer holds all headers, heads and paddings.
extension Journal {
    private func write(
        _ records: ArraySlice<PendingRecord>,
        to file: any DiskFile
    )
        throws(SystemError)
    {
        var cuts = [0]
        scratch.removeAll(keepingCapacity: true)
        for record in records {
            let header = RecordHeader(
                file: number,
                salt: salt,
                sequence: nextSequence,
                kind: record.kind,
                head: record.head.count,
                body: record.body.count
            )
            nextSequence += 1
            header.append(to: &scratch, head: record.head, body: record.body)
            cuts.append(scratch.count)
            scratch.append(contentsOf: repeatElement(0, count: header.padding))
        }
        cuts.append(scratch.count)
        let total = scratch.count + records.reduce(0) { $0 + $1.body.count }
        try scratch.withUnsafeBufferPointer { (pointer) throws(SystemError) in
            var buffers: [UnsafeRawBufferPointer] = []
            buffers.reserveCapacity(2 * cuts.count)
            try gather(
                records,
                UnsafeRawBufferPointer(pointer),
                cuts[...],
                &buffers,
                to: file,
                at: length
            )
        }
        length += UInt64(total)
    }

    /// Adds the parts of the first record to `buffers` and goes on with the rest; the last one writes.
    private func gather(
        _ records: ArraySlice<PendingRecord>,
        _ scratch: UnsafeRawBufferPointer,
        _ cuts: ArraySlice<Int>,
        _ buffers: inout [UnsafeRawBufferPointer],
        to file: any DiskFile,
        at offset: UInt64
    ) throws(SystemError) {
        let start = cuts[cuts.startIndex]
        let end = cuts[cuts.startIndex + 1]
        buffers.append(UnsafeRawBufferPointer(rebasing: scratch[start..<end]))
        guard let record = records.first else {
            return try file.write(gathering: buffers, at: offset)
        }
        try record.body.withUnsafeBufferPointer { (body) throws(SystemError) in
            buffers.append(UnsafeRawBufferPointer(body))
            try gather(
                records.dropFirst(),
                scratch,
                cuts.dropFirst(),
                &buffers,
                to: file,
                at: offset
            )
        }
    }
}
