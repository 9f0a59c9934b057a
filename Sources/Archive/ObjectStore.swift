import Core
import Journal
import Platform

/// The objects: `objects/<file id>/<generation>`, one file a generation, and the few that are open.
///
/// At most `capacity` descriptors are kept; the one that was used longest ago goes first. What was written
/// through one that is closed is made durable with the whole file system, because an error of its
/// write-back would go unseen by another descriptor of the file.
final class ObjectStore {
    static let folder: BytePath = "objects"

    private struct Slot {
        let file: any DiskFile
        var used: UInt64
        var isDirty = false
    }

    private let disk: any Disk
    private let capacity: Int
    private var slots: [StreamID: Slot] = [:]
    private var clock: UInt64 = 0
    private var hasClosedDirty = false

    init(disk: any Disk, capacity: Int) {
        self.disk = disk
        self.capacity = max(1, capacity)
    }

    static func folder(_ file: FileID) -> BytePath {
        folder.appending(BytePath(file.description))
    }

    static func path(_ stream: StreamID) -> BytePath {
        folder(stream.file).appending(BytePath(String(stream.generation)))
    }

    /// Makes an empty object, or empties the one that a crash left behind.
    func create(_ stream: StreamID) throws(SystemError) {
        try disk.makeDirectories(ObjectStore.folder(stream.file))
        let file = try disk.open(ObjectStore.path(stream), .create)
        if try file.status().size > 0 { try file.truncate(to: 0) }
        keep(stream, Slot(file: file, used: tick(), isDirty: true))
    }

    /// Writes `bytes` at `held`, which is where the object ends for the archive.
    func write(
        _ stream: StreamID,
        _ bytes: UnsafeRawBufferPointer,
        at held: UInt64
    )
        throws(SystemError)
    {
        let slot = try open(stream, held: held)
        slots[stream]?.isDirty = true
        slots[stream]?.used = tick()
        try slot.file.write(bytes, at: held)
    }

    /// Objects that were written to; more than can be synced one by one when some are closed already.
    var dirtyCount: Int {
        hasClosedDirty ? Int.max / 2 : slots.values.count(where: \.isDirty)
    }

    /// Everything that was written is durable by other means.
    func noteSynchronized() {
        for stream in slots.keys { slots[stream]?.isDirty = false }
        hasClosedDirty = false
    }

    /// Makes everything that was written durable; after an error nothing since the last success is.
    func synchronize() throws(SystemError) {
        for (stream, slot) in slots.sorted(by: { $0.key < $1.key }) where slot.isDirty {
            try slot.file.synchronize()
            slots[stream]?.isDirty = false
        }
    }

    /// Deletes the object, and its folder when that is empty then.
    func remove(_ stream: StreamID) throws(SystemError) {
        slots[stream] = nil
        try disk.remove(ObjectStore.path(stream))
        do throws(SystemError) {
            try disk.removeDirectory(ObjectStore.folder(stream.file))
        } catch {
            guard error.isExisting else { throw error }
        }
    }

    /// Opens an object for writing; what a crash left behind `held` is cut.
    private func open(_ stream: StreamID, held: UInt64) throws(SystemError) -> Slot {
        if let slot = slots[stream] { return slot }
        let file = try disk.open(ObjectStore.path(stream), .create)
        if try file.status().size > held { try file.truncate(to: held) }
        let slot = Slot(file: file, used: tick())
        keep(stream, slot)
        return slot
    }

    private func keep(_ stream: StreamID, _ slot: Slot) {
        if slots[stream] == nil, slots.count >= capacity,
            let oldest = slots.min(by: { $0.value.used < $1.value.used })
        {
            if oldest.value.isDirty { hasClosedDirty = true }
            slots[oldest.key] = nil
        }
        slots[stream] = slot
    }

    private func tick() -> UInt64 {
        clock += 1
        return clock
    }
}
