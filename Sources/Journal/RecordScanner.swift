import Core
import Platform

/// Reads the records of one append-only file in order, and goes on behind whatever is damaged.
///
/// Where no valid record stands, it looks at every following multiple of 8 bytes for one: right magic,
/// lengths, file number, salt and checksum, and a sequence above the last. What it passed over is in
/// `damage`. Bytes that the disk cannot read count as zeros. Memory is one buffer of 64 KiB, or as
/// much as the largest record needs.
///
/// Not thread-safe: one thread owns it with its file.
package final class RecordScanner {
    /// Where reading ends; it may be moved on when records were added.
    package var end: UInt64
    /// Where the last valid record ends.
    package private(set) var validEnd: UInt64
    /// What was passed over between valid records, in order.
    package private(set) var damage: [DamagedRange] = []
    /// The sequence of the last valid record; only a larger one is valid.
    package private(set) var lastSequence: UInt64

    private let file: any DiskFile
    private let name: BytePath
    private var number: UInt64?
    private var salt: UInt64?
    private var position: UInt64
    private var buffer: UnsafeMutableRawBufferPointer
    private var bufferStart: UInt64 = 0
    private var bufferCount = 0

    private static let bufferBytes = 64 * 1024
    private static let pageBytes = 4096

    /// Makes a scanner that starts at the beginning of `file`.
    /// - Parameters:
    ///   - file: open for reading.
    ///   - name: what the file is called in `damage` and errors.
    ///   - number: the file's number; nil takes that of the first valid record.
    ///   - end: bytes to read at most, the file's size or less.
    ///   - lastSequence: records up to this one are not valid.
    package init(
        file: any DiskFile,
        name: BytePath,
        number: UInt64?,
        end: UInt64,
        lastSequence: UInt64 = 0
    ) {
        self.file = file
        self.name = name
        self.number = number
        self.end = end
        self.lastSequence = lastSequence
        position = 0
        validEnd = 0
        buffer = .allocate(byteCount: RecordScanner.bufferBytes, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// What stands between the last valid record and the end; nil when nothing does.
    package var tail: DamagedRange? {
        guard validEnd < end else { return nil }
        return DamagedRange(file: name, offset: validEnd, length: end - validEnd)
    }

    /// The next valid record; nil when there is none before `end`.
    package func next() throws(OperatorError) -> StoredRecord? {
        while holdsHeader(position) {
            if let record = try record(at: position) {
                if position > validEnd {
                    damage.append(
                        DamagedRange(file: name, offset: validEnd, length: position - validEnd)
                    )
                }
                position += UInt64(record.footprint)
                validEnd = position
                lastSequence = record.sequence
                number = record.file
                salt = record.salt
                return record
            }
            position = try candidate(after: position)
        }
        return nil
    }

    private func holdsHeader(_ offset: UInt64) -> Bool {
        offset <= end && end - offset >= UInt64(RecordHeader.size)
    }

    private func record(at offset: UInt64) throws(OperatorError) -> StoredRecord? {
        guard let header = RecordHeader(try window(offset, RecordHeader.size)),
            number == nil || header.file == number, salt == nil || header.salt == salt,
            header.sequence > lastSequence, UInt64(header.footprint) <= end - offset
        else { return nil }
        let bytes = try window(offset, header.footprint)
        guard RecordHeader.verify(bytes, header) else { return nil }
        let (head, body) = header.payload(bytes)
        return StoredRecord(
            kind: header.kind,
            sequence: header.sequence,
            head: head,
            body: body,
            offset: offset,
            footprint: header.footprint,
            salt: header.salt,
            file: header.file
        )
    }

    /// The next place behind `offset` that looks like a header.
    private func candidate(after offset: UInt64) throws(OperatorError) -> UInt64 {
        let step = RecordHeader.alignment
        var place = (offset / UInt64(step) + 1) * UInt64(step)
        while holdsHeader(place) {
            let bytes = try window(place, RecordHeader.size)
            var index = 0
            while index + RecordHeader.size <= bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
                if RecordHeader(rest) != nil { return place + UInt64(index) }
                index += step
            }
            place += UInt64(index)
        }
        return place
    }

    /// What the buffer holds from `offset` on: at least `count` bytes, which are there before `end`.
    private func window(
        _ offset: UInt64,
        _ count: Int
    ) throws(OperatorError)
        -> UnsafeRawBufferPointer
    {
        let bufferEnd = bufferStart + UInt64(bufferCount)
        if offset < bufferStart || offset + UInt64(count) > bufferEnd {
            try load(offset, atLeast: count)
        }
        let skipped = Int(offset - bufferStart)
        return UnsafeRawBufferPointer(rebasing: buffer[skipped..<bufferCount])
    }

    private func load(_ offset: UInt64, atLeast count: Int) throws(OperatorError) {
        if count > buffer.count {
            buffer.deallocate()
            let blocks = (count + RecordScanner.bufferBytes - 1) / RecordScanner.bufferBytes
            buffer = .allocate(byteCount: blocks * RecordScanner.bufferBytes, alignment: 16)
        }
        bufferStart = offset
        bufferCount = Int(min(UInt64(buffer.count), end - offset))
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<bufferCount])
        do throws(SystemError) {
            fill(target, upTo: try file.read(into: target, at: offset))
        } catch {
            guard error.isInputOutput else {
                bufferCount = 0
                throw OperatorError.storage("cannot read \(name)", error)
            }
            loadPages(target, at: offset)
        }
    }

    /// Reads page by page, so that a bad sector costs only the page that it is in.
    private func loadPages(_ target: UnsafeMutableRawBufferPointer, at offset: UInt64) {
        for start in stride(from: 0, to: target.count, by: RecordScanner.pageBytes) {
            let end = min(target.count, start + RecordScanner.pageBytes)
            let page = UnsafeMutableRawBufferPointer(rebasing: target[start..<end])
            let read = (try? file.read(into: page, at: offset + UInt64(start))) ?? 0
            fill(page, upTo: read)
        }
    }

    /// Zeros what was not read.
    private func fill(_ target: UnsafeMutableRawBufferPointer, upTo read: Int) {
        guard read < target.count else { return }
        UnsafeMutableRawBufferPointer(rebasing: target[read...]).initializeMemory(
            as: UInt8.self,
            repeating: 0
        )
    }
}
