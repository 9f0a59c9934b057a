/// A record, or waste, that is longer than the window and is read piece by piece.
struct LongRecord {
    /// Offset of its first byte.
    let start: UInt64
    /// Nil when it is waste: then it ends with the line.
    var scanner: LongLineScanner?
    /// Why it is no record.
    var reason: String
    /// Bytes so far.
    var length: UInt64 = 0
    /// Blanks and NULs at the end of them, which belong to no entry when nothing follows.
    var trailing: UInt64 = 0

    init(start: UInt64, scanner: LongLineScanner?, reason: String) {
        self.start = start
        self.scanner = scanner
        self.reason = reason
    }
}
