/// Looks for the end of the record that stands at the end of what is there, without looking at a byte twice.
struct TailTracker {
    private var offset: UInt64 = .max
    /// Up to this offset of the file there is no newline from `offset` on; one is there when `hasNewline`.
    private var searched: UInt64 = 0
    private var hasNewline = false
    private var scanned = 0
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    /// Where the object ends; what it is not, a second look does not make it.
    private var isDone = false

    /// The record that is looked at begins at `offset` of the file.
    mutating func move(to offset: UInt64) {
        guard offset != self.offset else { return }
        let (searched, hasNewline) = (searched, hasNewline)
        self = TailTracker()
        self.offset = offset
        self.searched = offset
        // The records of one line have one line break.
        guard searched > offset else { return }
        self.searched = searched
        self.hasNewline = hasNewline
    }

    /// The index of the first newline among the first `limit` bytes.
    mutating func newline(in bytes: UnsafeRawBufferPointer, _ limit: Int) -> Int? {
        let end = min(limit, bytes.count)
        let start = Int(searched - offset)
        guard let base = bytes.baseAddress, start < end else { return nil }
        if !hasNewline {
            let index = JSONBytes.first(JSONBytes.newline, base, start, end)
            searched = offset + UInt64(index)
            hasNewline = index < end
        }
        return hasNewline ? Int(searched - offset) : nil
    }

    /// The bytes of the object that `bytes` begin with, when its last brace is there and it was not found before.
    mutating func objectEnd(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, !isDone, bytes[0] == JSONBytes.openBrace else {
            return nil
        }
        while scanned < bytes.count {
            if isEscaped {
                isEscaped = false
            } else if inString {
                scanned = JSONBytes.stringStop(base, scanned, bytes.count)
                guard scanned < bytes.count else { return nil }
                if bytes[scanned] == JSONBytes.backslash { isEscaped = true }
                if bytes[scanned] == JSONBytes.quote { inString = false }
            } else {
                switch bytes[scanned] {
                case JSONBytes.quote: inString = true
                case JSONBytes.openBrace, JSONBytes.openBracket: depth += 1
                case JSONBytes.closeBrace, JSONBytes.closeBracket: depth -= 1
                default: break
                }
                if depth == 0 {
                    isDone = true
                    return scanned + 1
                }
            }
            scanned += 1
        }
        return nil
    }
}
