import Core
import Journal
import Platform

/// The archive's memory: `manifest/current`, an append-only file of checksummed records.
///
/// Records are laid out as `RecordHeader` says and hold the events of `ArchiveEvent`, in the order in
/// which they were applied. The file's number grows with each compaction. Records are gathered in
/// memory and written by `flush`, which belongs behind the sync of everything that they speak of.
///
/// A flush is a group that ends with `applied`, which says where the group begins. A power cut may keep
/// that record and lose others of its group, so it counts only when nothing of the group is damaged;
/// otherwise the journal is replayed from the last one that counts, which is why it is released only
/// after the flush. The other records count each by itself.
///
/// Compaction writes `manifest/next` and renames it over `manifest/current`: the history as it is, and
/// of `held` and `applied`, which are nearly all of a file that has grown, only the latest.
final class Manifest {
    static let folder: BytePath = "manifest"
    static let current: BytePath = "manifest/current"
    static let next: BytePath = "manifest/next"

    /// Bytes of a record of a `held` or `applied` event.
    static let positionBytes: UInt64 = 80

    /// The journal's sequence up to which the archive is durable.
    private(set) var appliedSequence: UInt64 = 0
    /// Bytes of the file.
    private(set) var length: UInt64 = 0

    private let disk: any Disk
    private let makeSalt: () -> UInt64
    private var file: any DiskFile
    private var number: UInt64 = 0
    private var salt: UInt64 = 0
    private var sequence: UInt64 = 0
    private var historyBytes: UInt64 = 0
    private var pending: [UInt8] = []
    private var pendingSequence: UInt64 = 0

    /// Opens the manifest, making it if it is missing, and gives every event in it to `event`.
    /// - Throws: `.storage`
    init(
        disk: any Disk,
        salt: @escaping () -> UInt64,
        recovery: inout ArchiveRecovery,
        event: (ArchiveEvent) -> Bool
    ) throws(OperatorError) {
        self.disk = disk
        makeSalt = salt
        do throws(SystemError) {
            try disk.makeDirectories(Manifest.folder)
            try disk.synchronizeDirectory("")
            try disk.remove(Manifest.next)
            file = try disk.open(Manifest.current, .create)
        } catch {
            throw OperatorError.storage("cannot open \(Manifest.current)", error)
        }
        try load(&recovery, event)
    }

    /// Adds an event to what the next `flush` writes.
    func append(_ event: ArchiveEvent) {
        append(event, to: &pending)
        if !event.isPosition { historyBytes += UInt64(event.footprint) }
    }

    /// Whether events wait for `flush`.
    var hasPending: Bool { !pending.isEmpty }

    /// Writes what was added and the journal's sequence, and makes both durable.
    ///
    /// After an error the file's end is unknown: the manifest must be opened again.
    func flush(applied: UInt64) throws(SystemError) {
        append(.applied(sequence: applied, durableBytes: length))
        try pending.withUnsafeBufferPointer { (bytes) throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: length)
        }
        try file.synchronize()
        length += UInt64(pending.count)
        pending.removeAll(keepingCapacity: pending.count < Manifest.bufferBytes)
        appliedSequence = applied
    }

    /// Whether what a compaction would keep of `streams` generations is under a third of the file.
    func needsCompaction(streams: Int, floor: UInt64) -> Bool {
        let live = historyBytes + Manifest.positionBytes * UInt64(streams + 1)
        return length > max(floor, 3 * live)
    }

    private static let bufferBytes = 256 * 1024

    private func append(_ event: ArchiveEvent, to bytes: inout [UInt8]) {
        sequence += 1
        let payload = event.payload
        let header = RecordHeader(
            file: number,
            salt: salt,
            sequence: sequence,
            kind: event.kind,
            head: payload.count,
            body: 0
        )
        header.append(to: &bytes, head: payload, body: [])
        bytes.append(contentsOf: repeatElement(0, count: header.padding))
    }
}

// Opening.
extension Manifest {
    private func load(
        _ recovery: inout ArchiveRecovery,
        _ event: (ArchiveEvent) -> Bool
    )
        throws(OperatorError)
    {
        let size = try storage { () throws(SystemError) in try file.status().size }
        let scanner = RecordScanner(file: file, name: Manifest.current, number: nil, end: size)
        var trusted: UInt64 = 0
        while let record = try scanner.next() {
            number = record.file
            salt = record.salt
            sequence = record.sequence
            guard let found = ArchiveEvent(kind: record.kind, payload: record.head) else {
                recovery.unusableRecords += 1
                continue
            }
            if !found.isPosition { historyBytes += UInt64(record.footprint) }
            if case .applied(let sequence, let durableBytes) = found {
                let damaged = scanner.damage.last.map { $0.offset + $0.length } ?? 0
                if damaged <= durableBytes { appliedSequence = sequence }
                trusted = durableBytes
            } else if !event(found) {
                recovery.unusableRecords += 1
            }
        }
        recovery.damage = scanner.damage
        length = scanner.validEnd
        recovery.cutBytes = size - length
        try storage { () throws(SystemError) in
            try settle(size, trusted: min(trusted, length), &recovery)
        }
    }

    /// Cuts a bad end and makes what was read durable: after a failed sync and a kill, Linux may show
    /// bytes that are not on the disk.
    private func settle(
        _ size: UInt64,
        trusted: UInt64,
        _ recovery: inout ArchiveRecovery
    )
        throws(SystemError)
    {
        if length == 0 { try startAnew(size, &recovery) }
        if length < size, recovery.setAside == nil { try file.truncate(to: length) }
        try file.rewrite(trusted..<length, stepBytes: Manifest.bufferBytes)
        try file.synchronize()
        try disk.synchronizeDirectory(Manifest.folder)
    }

    /// Starts an empty file; one that holds bytes but no record is kept under another name.
    private func startAnew(_ size: UInt64, _ recovery: inout ArchiveRecovery) throws(SystemError) {
        number = 1
        salt = makeSalt()
        guard size > 0 else { return }
        let name = Manifest.folder.appending(BytePath("damaged-" + Hex.encode(salt)))
        try disk.rename(Manifest.current, to: name)
        file = try disk.open(Manifest.current, .createNew)
        recovery.setAside = name
    }

    private func storage<Result>(
        _ body: () throws(SystemError) -> Result
    ) throws(OperatorError)
        -> Result
    {
        do throws(SystemError) {
            return try body()
        } catch {
            throw OperatorError.storage("cannot use \(Manifest.current)", error)
        }
    }
}

// Compaction.
extension Manifest {
    /// Writes the file anew: its history, and `positions` as the latest `held` events.
    ///
    /// An error before the rename leaves the old file in use, and is not one: false is returned.
    /// - Throws: when it is unknown which of both files a crash would leave; open the manifest again.
    func compact(positions: (_ each: (ArchiveEvent) -> Void) -> Void) throws(SystemError) -> Bool {
        let before = (number, salt, sequence)
        let written: (file: any DiskFile, length: UInt64)
        do {
            written = try writeNext(positions)
            try disk.rename(Manifest.next, to: Manifest.current)
        } catch {
            (number, salt, sequence) = before
            try? disk.remove(Manifest.next)
            return false
        }
        (file, length) = written
        try disk.synchronizeDirectory(Manifest.folder)
        return true
    }

    private func writeNext(
        _ positions: (_ each: (ArchiveEvent) -> Void) -> Void
    ) throws
        -> (file: any DiskFile, length: UInt64)
    {
        let scanner = RecordScanner(
            file: file,
            name: Manifest.current,
            number: number,
            end: length
        )
        try disk.remove(Manifest.next)
        let target = try disk.open(Manifest.next, .createNew)
        number += 1
        salt = makeSalt()
        sequence = 0
        var written: UInt64 = 0
        var bytes: [UInt8] = []
        func drain() throws(SystemError) {
            try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
                try target.write(UnsafeRawBufferPointer(buffer), at: written)
            }
            written += UInt64(bytes.count)
            bytes.removeAll(keepingCapacity: true)
        }
        while let record = try scanner.next() {
            guard let event = ArchiveEvent(kind: record.kind, payload: record.head),
                !event.isPosition
            else { continue }
            append(event, to: &bytes)
            if bytes.count >= Manifest.bufferBytes { try drain() }
        }
        positions { append($0, to: &bytes) }
        try drain()
        append(.applied(sequence: appliedSequence, durableBytes: written), to: &bytes)
        try drain()
        try target.synchronize()
        return (target, written)
    }
}

extension ArchiveEvent {
    /// Whether a later event of the same kind makes this one superfluous.
    fileprivate var isPosition: Bool {
        switch self {
        case .held, .applied: true
        default: false
        }
    }

    fileprivate var footprint: Int {
        RecordHeader(
            file: 0,
            salt: 0,
            sequence: 0,
            kind: kind,
            head: payload.count,
            body: 0
        ).footprint
    }
}
