import Core
import Platform

/// Follows a journal: gives every durable record once, in order, and lets segments go.
///
/// What cannot be read is passed over and noted in the index.
/// It has descriptors of its own and shares only the index with the writer, so that one thread may
/// read and release while another writes. Not thread-safe in itself: one thread owns it.
package final class JournalReader {
    /// Everything up to this sequence was given or needed not be.
    package private(set) var consumed: UInt64

    private let disk: any Disk
    private let directory: BytePath
    private let index: JournalIndex
    private var number: UInt64 = 0
    private var scanner: RecordScanner?
    private var countedDamage = 0

    /// Makes a reader of the records behind `sequence`.
    package init(disk: any Disk, directory: BytePath, index: JournalIndex, after sequence: UInt64) {
        self.disk = disk
        self.directory = directory
        self.index = index
        consumed = sequence
    }

    /// The next durable record, whose payload is valid until the next call; nil when there is none yet.
    package func next() throws(OperatorError) -> StoredRecord? {
        while true {
            guard let segment = try select() else { return nil }
            guard let scanner else { return nil }
            scanner.end = segment.end
            while let record = try scanner.next() {
                noteDamage(scanner)
                guard record.sequence > consumed else { continue }
                consumed = record.sequence
                if record.kind != JournalKind.segmentStart { return record }
            }
            guard segment.isSealed else { return nil }
            noteDamage(scanner)
            if let tail = scanner.tail { index.note([tail]) }
            self.scanner = nil
            number = segment.number + 1
        }
    }

    /// Deletes the segments that hold nothing beyond `sequence`, which must be durable in the archive.
    ///
    /// The folder is not synced: a segment that a crash brings back is read again, which changes nothing.
    package func release(upTo sequence: UInt64) throws(OperatorError) {
        while let number = index.oldestReleasable(upTo: sequence) {
            let path = JournalSegment.path(number, in: directory)
            do throws(SystemError) {
                try disk.remove(path)
            } catch {
                throw OperatorError.storage("cannot delete the journal segment \(path)", error)
            }
            index.remove(number)
        }
    }

    /// The segment that is being read, opened; nil when there is none to read yet.
    private func select() throws(OperatorError) -> JournalIndex.Segment? {
        if scanner != nil, let segment = index.segment(number) { return segment }
        scanner = nil
        guard let segment = index.segment(from: number, after: consumed) else { return nil }
        let path = JournalSegment.path(segment.number, in: directory)
        do throws(SystemError) {
            let file = try disk.open(path, .read)
            scanner = RecordScanner(
                file: file,
                name: path,
                number: segment.number,
                end: segment.end
            )
        } catch {
            throw OperatorError.storage("cannot open the journal segment \(path)", error)
        }
        number = segment.number
        countedDamage = 0
        return segment
    }

    private func noteDamage(_ scanner: RecordScanner) {
        guard scanner.damage.count > countedDamage else { return }
        index.note(scanner.damage[countedDamage...])
        countedDamage = scanner.damage.count
    }
}
