import Core
import Journal
import Platform
import TestSupport

/// One record as a test compares it.
struct Written: Hashable, CustomStringConvertible {
    var sequence: UInt64
    var kind: UInt8
    var payload: [UInt8]

    var description: String { "\(sequence) (\(payload.count) bytes)" }
}

/// A journal on a simulated disk.
final class JournalFixture {
    let disk: SimulatedDisk
    let journal: Journal
    let recovery: JournalRecovery

    init(
        _ disk: SimulatedDisk = SimulatedDisk(),
        segmentBytes: UInt64 = 1 << 20,
        after sequence: UInt64 = 0,
        salt: UInt64 = 7
    ) throws {
        self.disk = disk
        (journal, recovery) = try Journal.open(
            disk: disk,
            segmentBytes: segmentBytes,
            after: sequence,
            salt: { salt }
        )
    }

    /// Writes one record and commits it.
    @discardableResult
    func add(_ payload: [UInt8], head: [UInt8] = [], kind: UInt8 = 64) throws -> UInt64 {
        let range = try journal.write([PendingRecord(kind: kind, head: head, body: payload[...])])
        _ = try journal.commit()
        return range.lowerBound
    }

    /// All durable records behind `sequence`.
    func records(after sequence: UInt64 = 0) throws -> [Written] {
        try JournalFixture.all(journal.reader(after: sequence))
    }

    static func all(_ reader: JournalReader) throws -> [Written] {
        var found: [Written] = []
        while let record = try reader.next() {
            found.append(
                Written(
                    sequence: record.sequence,
                    kind: record.kind,
                    payload: Array(record.head) + Array(record.body)
                )
            )
        }
        return found
    }

    /// The only segment's path.
    static let first: BytePath = "journal/00000000000000000001.segment"
}
