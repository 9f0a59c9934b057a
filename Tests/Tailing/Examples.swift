import Core
import Tailing

/// The second in which these tests look.
let look = WallTime(nanoseconds: 1_000_000_000_000)

func ago(_ duration: Duration) -> WallTime { look + (.zero - duration) }

func sighting(
    _ inode: UInt64 = 7,
    size: UInt64 = 100,
    modified: WallTime = ago(.seconds(60)),
    changed: WallTime = ago(.seconds(60)),
    device: UInt64 = 1
) -> Sighting {
    Sighting(
        key: FileKey(device: device, inode: inode),
        size: size,
        modified: modified,
        changed: changed
    )
}

func record(
    seen: Sighting = sighting(),
    read: UInt64 = 100,
    settled: Bool = true,
    held: Bool = true,
    state: StreamState = .live
) -> StreamRecord {
    var record = StreamRecord(
        number: 1,
        source: "s",
        path: "a.jsonl",
        seen: seen,
        at: look,
        state: state
    )
    record.settled = settled
    record.hashedLength = read
    record.hold = held ? 1 : nil
    return record
}
