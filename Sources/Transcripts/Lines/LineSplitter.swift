/// Takes a line apart that is not one JSON object from end to end.
///
/// It looks from left to right and says what stands next; what it says depends on the line alone, never on how
/// its bytes came. A record is an object that is complete. What cannot be a record is waste: up to the beginning
/// of a record that is complete, or to the end of the line. Work is linear: trying out where a record might
/// begin may cost `effort` times the length of the line, then the rest is waste.
struct LineSplitter {
    /// What stands next on a line.
    enum Item: Hashable {
        /// An object of so many bytes.
        case record(Int)
        /// So many bytes that are no record.
        case waste(Int, String)
        /// An object that is longer than the window.
        case longRecord
        /// No record, up to the end of a line that is longer than the window.
        case longWaste(String)
        /// More bytes are needed.
        case undecided
    }

    static let effort = 4
    /// Bytes of a record with raw line breaks in its strings.
    static let joinLimit = 1 << 20

    private var json = TolerantJSON()
    private var budget = 0

    /// What was put right in the object that the last item is.
    private(set) var repairs: JSONRepairs = []

    /// Says what stands at the beginning of `line`, where neither a blank nor a NUL is.
    ///
    /// - Parameters:
    ///   - line: the rest of the line without its line break, or as much of it as the window takes.
    ///   - isWhole: whether the line ends there.
    ///   - behind: what stands there from the line's first byte on, for a record over several lines.
    ///   - isEnd: whether nothing will ever come behind `behind`.
    /// - Returns: the item and its length.
    mutating func next(
        _ line: UnsafeRawBufferPointer,
        isWhole: Bool,
        behind: UnsafeRawBufferPointer,
        isEnd: Bool
    ) -> Item {
        budget = line.count * Self.effort + 4096
        guard line.first == JSONBytes.openBrace else {
            return foreign(line, isWhole)
        }
        let outcome = json.parse(line, writes: false, lineBreaks: false)
        repairs = json.repairs
        let inner = json.lastObject
        switch outcome {
        case .complete(let length): return .record(length)
        case .refused(let index, let fault):
            return damaged(line, isWhole, at: index, fault, inner)
        case .truncated(let inString):
            guard isWhole else { return .longRecord }
            let end = Self.trimmed(line)
            if inner.upperBound == end, isRecord(line, inner) {
                return .waste(inner.lowerBound, Self.cutOff)
            }
            if inString, behind.count > line.count { return joined(line, behind, isEnd) }
            return .waste(end, Self.cutOff)
        }
    }

    private static let cutOff = "cut off before its end"

    /// A string was open at the end of the line: it may go on behind the line break.
    private mutating func joined(
        _ line: UnsafeRawBufferPointer,
        _ behind: UnsafeRawBufferPointer,
        _ isEnd: Bool
    ) -> Item {
        let reach = UnsafeRawBufferPointer(rebasing: behind.prefix(Self.joinLimit))
        switch json.parse(reach, writes: false, lineBreaks: false) {
        case .complete(let length):
            repairs = json.repairs
            return .record(length)
        case .truncated where reach.count < Self.joinLimit && !isEnd: return .undecided
        case .truncated, .refused: return .waste(Self.trimmed(line), Self.cutOff)
        }
    }

    /// At `index` the line stops being JSON: a record may begin there, or further on.
    private mutating func damaged(
        _ line: UnsafeRawBufferPointer,
        _ isWhole: Bool,
        at index: Int,
        _ fault: TolerantJSON.Fault,
        _ inner: Range<Int>
    ) -> Item {
        if fault == .syntax {
            if inner.upperBound == index, isRecord(line, inner) {
                return .waste(inner.lowerBound, Self.cutOff)
            }
            if let start = Self.glued(line, index), start > 0, begins(line, isWhole, start) != nil {
                return .waste(start, Self.cutOff)
            }
        }
        let reason =
            fault == .depth
            ? "nested deeper than \(TolerantJSON.depthLimit)" : "not JSON at byte \(index)"
        var position = max(index, 1)
        while let start = Self.brace(line, position), budget > 0 {
            if Self.followsObject(line, start), begins(line, isWhole, start) != nil {
                return .waste(start, reason)
            }
            position = start + 1
        }
        return isWhole ? .waste(Self.trimmed(line), reason) : .longWaste(reason)
    }

    /// The line does not begin with an object.
    private mutating func foreign(_ line: UnsafeRawBufferPointer, _ isWhole: Bool) -> Item {
        var position = 0
        while let start = Self.brace(line, position), budget > 0 {
            position = start + 1
            guard let length = begins(line, isWhole, start) else { continue }
            if length == 0 || Self.followsObject(line, start)
                || isRecord(line, start..<start + length)
            {
                return .waste(start, "no record: what stands before the next one")
            }
            position = start + length
        }
        let reason = kind(line, isWhole)
        return isWhole ? .waste(Self.trimmed(line), reason) : .longWaste(reason)
    }

    private mutating func kind(_ line: UnsafeRawBufferPointer, _ isWhole: Bool) -> String {
        guard isWhole else { return "not JSON" }
        let end = Self.trimmed(line)
        let text = UnsafeRawBufferPointer(rebasing: line[..<end])
        guard case .complete(end) = json.parse(text, writes: false, lineBreaks: false) else {
            return "not JSON at byte 0"
        }
        switch line[0] {
        case JSONBytes.openBracket: return "an array where an object is expected"
        case JSONBytes.quote: return "a string where an object is expected"
        default: return "a single value where an object is expected"
        }
    }

    /// The length of the object at `start` when it is complete and ends the line or another object follows; 0 when
    /// it goes on beyond the window or is cut off in front of a record; nil when there is none.
    private mutating func begins(
        _ line: UnsafeRawBufferPointer,
        _ isWhole: Bool,
        _ start: Int
    ) -> Int? {
        let rest = UnsafeRawBufferPointer(rebasing: line[start...])
        let outcome = json.parse(rest, writes: false, lineBreaks: false)
        switch outcome {
        case .complete(let length):
            budget -= length + 16
            var index = length
            while index < rest.count, Self.isFill(rest[index]) { index += 1 }
            return index == rest.count || rest[index] == JSONBytes.openBrace ? length : nil
        case .truncated:
            budget -= rest.count + 16
            // Another stub, with a record behind it.
            let inner = json.lastObject
            let isStub = inner.upperBound == Self.trimmed(rest) && isRecord(rest, inner)
            return isWhole && !isStub ? nil : 0
        case .refused(let index, _):
            budget -= index + 16
            return nil
        }
    }

    private mutating func isRecord(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.lowerBound > 0 else { return false }
        budget -= range.count + 16
        _ = json.parse(UnsafeRawBufferPointer(rebasing: line[range]))
        return json.value { EnvelopeShape($0).isRecord } ?? false
    }

    /// Gives back the memory that a large line needed.
    mutating func release() { json.release() }
}

extension LineSplitter {
    static func isFill(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0
    }

    /// The bytes of a line without the blanks and NULs at its end.
    static func trimmed(_ line: UnsafeRawBufferPointer) -> Int {
        var end = line.count
        while end > 0, isFill(line[end - 1]) { end -= 1 }
        return end
    }

    /// The index from `position` on of the first brace with a quote behind it.
    private static func brace(_ line: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        guard let base = line.baseAddress else { return nil }
        var index = position
        while index + 1 < line.count {
            index = JSONBytes.first(JSONBytes.openBrace, base, index, line.count - 1)
            if index + 1 >= line.count { return nil }
            if line[index + 1] == JSONBytes.quote { return index }
            index += 1
        }
        return nil
    }

    private static func followsObject(_ line: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        var index = start
        while index > 0, isFill(line[index - 1]) { index -= 1 }
        return index > 0 && line[index - 1] == JSONBytes.closeBrace
    }

    /// Where a record begins that was glued to one that was cut off, when the parser failed at `index`: the brace
    /// itself, or the end of the record's first quote, when the cut was inside of a string.
    private static func glued(_ line: UnsafeRawBufferPointer, _ index: Int) -> Int? {
        if index < line.count, line[index] == JSONBytes.openBrace { return index }
        if index >= 2, line[index - 1] == JSONBytes.quote, line[index - 2] == JSONBytes.openBrace {
            return index - 2
        }
        return nil
    }
}
