/// Where something is told, in the order that decides between copies whatever order they arrive in.
struct ClaimPosition: Hashable {
    /// Of the record; nil comes last.
    var timestamp: Int64?
    /// The first timestamp of its file; nil comes last.
    var fileFirst: Int64?
    var file: UInt64
    var generation: UInt32
    var offset: UInt64
    var ordinal: Int64
}

extension ClaimPosition: Comparable {
    static func < (a: ClaimPosition, b: ClaimPosition) -> Bool {
        let aTimes = (a.timestamp ?? .max, a.fileFirst ?? .max)
        let bTimes = (b.timestamp ?? .max, b.fileFirst ?? .max)
        if aTimes != bTimes { return aTimes < bTimes }
        return (a.file, a.generation, a.offset, a.ordinal)
            < (b.file, b.generation, b.offset, b.ordinal)
    }

    /// The order for what the latest record decides: records without time come before all others.
    func isLater(than other: ClaimPosition) -> Bool {
        let times = (timestamp ?? .min, fileFirst ?? .min)
        let others = (other.timestamp ?? .min, other.fileFirst ?? .min)
        if times != others { return times > others }
        return (file, generation, offset, ordinal)
            > (other.file, other.generation, other.offset, other.ordinal)
    }
}
