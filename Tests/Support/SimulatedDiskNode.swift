import Core
import Platform

/// One change to a file's bytes that is not on the disk yet.
enum SimulatedChange {
    case write(offset: Int, bytes: [UInt8])
    case truncate(size: Int)
}

/// What an inode is: its bytes or its names, both as programs see them and as the disk has them.
struct SimulatedDiskNode {
    let kind: FileKind
    var inode: UInt64
    var mode: UInt32
    var modified: WallTime
    var changed: WallTime
    var links = 0
    var handles = 0

    var bytes: [UInt8] = []
    var durableBytes: [UInt8] = []
    var unsynced: [SimulatedChange] = []
    var unreadable: [Range<UInt64>] = []

    var names: [BytePath: Int] = [:]
    var durableNames: [BytePath: Int] = [:]
    /// Of a symbolic link.
    var target: BytePath = ""

    mutating func apply(_ change: SimulatedChange) {
        SimulatedDiskNode.apply(change, to: &bytes)
        unsynced.append(change)
    }

    mutating func synchronize() {
        for change in unsynced { SimulatedDiskNode.apply(change, to: &durableBytes) }
        unsynced.removeAll()
    }

    mutating func flipBit(at offset: Int, bit: Int) {
        if bytes.indices.contains(offset) { bytes[offset] ^= 1 << UInt8(bit) }
        if durableBytes.indices.contains(offset) { durableBytes[offset] ^= 1 << UInt8(bit) }
    }

    static func apply(_ change: SimulatedChange, to bytes: inout [UInt8]) {
        switch change {
        case .truncate(let size):
            resize(&bytes, to: size)
        case .write(let offset, let written):
            if bytes.count < offset { resize(&bytes, to: offset) }
            let overlap = min(written.count, bytes.count - offset)
            bytes.replaceSubrange(offset..<(offset + overlap), with: written[..<overlap])
            bytes.append(contentsOf: written[overlap...])
        }
    }

    static func resize(_ bytes: inout [UInt8], to size: Int) {
        if size < bytes.count {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
    }
}
