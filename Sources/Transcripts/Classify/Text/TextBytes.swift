/// UTF-8 text where it is stored; valid inside the closure that it was handed to.
typealias TextBytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes from `index` on begin with a text.
    @inline(__always)
    func has(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index + length <= count else { return false }
        for offset in 0..<length where self[index + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The same for letters of either case; the text is lower case.
    @inline(__always)
    func hasIgnoringCase(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index + length <= count else { return false }
        for offset in 0..<length
        where self[index + offset].asciiLowercased != text.utf8Start[offset] { return false }
        return true
    }

    /// Whether a text occurs in a range, letters of either case; the text is lower case and not empty.
    func containsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
        let first = text.utf8Start[0]
        var index = range.lowerBound
        while index + text.utf8CodeUnitCount <= range.upperBound {
            if self[index].asciiLowercased == first, hasIgnoringCase(text, at: index) {
                return true
            }
            index += 1
        }
        return false
    }

    /// The end of the run of bytes of a set that begins at `start`, at most `limit` bytes on.
    @inline(__always)
    func end(of set: ByteSet, from start: Int, limit: Int) -> Int {
        let bound = Swift.min(count, start + limit)
        var index = start
        while index < bound, set.contains(self[index]) { index += 1 }
        return index
    }

    func string(_ range: Range<Int>) -> String {
        String(decoding: self[range], as: UTF8.self)
    }

    /// The bytes of a range, as a text of its own.
    @inline(__always)
    func part(_ range: Range<Int>) -> TextBytes { TextBytes(rebasing: self[range]) }

    /// What stands from `index` on; empty behind the end.
    @inline(__always)
    func from(_ index: Int) -> TextBytes { part(Swift.min(index, count)..<count) }

    /// What stands before `index`.
    @inline(__always)
    func upTo(_ index: Int) -> TextBytes { part(0..<Swift.min(index, count)) }

    @inline(__always)
    func begins(_ text: StaticString) -> Bool { has(text, at: 0) }

    @inline(__always)
    func begins(_ byte: UInt8) -> Bool { count > 0 && self[0] == byte }

    @inline(__always)
    func ends(_ text: StaticString) -> Bool { has(text, at: count - text.utf8CodeUnitCount) }

    @inline(__always)
    static func == (text: Self, other: StaticString) -> Bool {
        text.count == other.utf8CodeUnitCount && text.has(other, at: 0)
    }

    @inline(__always)
    static func != (text: Self, other: StaticString) -> Bool { !(text == other) }

    /// Whether two texts have the same bytes, wherever they stand.
    func isSame(_ other: TextBytes) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Whether a text stands anywhere; the text is not empty.
    func has(_ text: StaticString) -> Bool {
        let first = text.utf8Start[0]
        let last = count - text.utf8CodeUnitCount
        var index = 0
        while index <= last {
            if self[index] == first, has(text, at: index) { return true }
            index += 1
        }
        return false
    }

    /// Whether a text stands anywhere, letters of either case; the text is lower case and not empty.
    func hasIgnoringCase(_ text: StaticString) -> Bool {
        containsIgnoringCase(text, in: 0..<count)
    }

    /// The parts between bytes of a set, empty ones left out, up to one that `body` refuses.
    @inline(__always)
    func forEachPart(between separators: ByteSet, _ body: (TextBytes) -> Bool) {
        var start = 0
        for index in 0...count where index == count || separators.contains(self[index]) {
            if index > start, !body(part(start..<index)) { return }
            start = index + 1
        }
    }

    /// Where the next newline stands, or the end.
    @inline(__always)
    func endOfLine(from start: Int) -> Int {
        guard let base = UnsafeRawPointer(baseAddress) else { return start }
        typealias Block = SIMD32<UInt8>
        let newlines = Block(repeating: UInt8(ascii: "\n"))
        var index = start
        while index + 32 <= count {
            let block = base.loadUnaligned(fromByteOffset: index, as: Block.self)
            if any(block .== newlines) { break }
            index += 32
        }
        while index < count, self[index] != UInt8(ascii: "\n") { index += 1 }
        return index
    }

    /// Where the next byte from 0x80 on stands, or up to seven bytes before it or the end.
    @inline(__always)
    func endOfASCII(from start: Int) -> Int {
        guard let base = UnsafeRawPointer(baseAddress) else { return start }
        var index = start
        while index + 8 <= count,
            base.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            index += 8
        }
        return index
    }

    var string: String { String(decoding: self, as: UTF8.self) }
}

@inline(__always)
func ~= (pattern: StaticString, text: TextBytes) -> Bool { text == pattern }
