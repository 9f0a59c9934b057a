/// A JSON parser for what simdjson refuses and people's files contain; it writes the same tape.
///
/// It reads the first value of a text and says how long that is, so that several values one after another can
/// be taken apart, and what it put right (`JSONRepairs`). It reads each byte once, from left to right; what it
/// says of a value does not depend on what stands behind it. Deeper than `depthLimit` it refuses.
package struct TolerantJSON {
    /// What came of a text.
    package enum Outcome: Sendable, Hashable {
        /// The first value ends before this byte.
        case complete(Int)
        /// The text ends inside of the value, and there was nothing wrong with it so far.
        case truncated(inString: Bool)
        /// At this byte the text stops being JSON.
        case refused(at: Int, Fault)
    }

    /// Why a text was refused.
    package enum Fault: Sendable, Hashable { case syntax, depth, lineBreak }

    /// Containers in each other, as in simdjson.
    package static let depthLimit = 1024

    struct Container {
        var start: Int
        var offset: Int
        var count: Int
        var isObject: Bool
    }

    enum Expected { case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd }

    /// What was put right in the last text.
    package internal(set) var repairs: JSONRepairs = []
    /// Where the last object that was completed inside of another value stands in the text; empty for none.
    package private(set) var lastObject = 0..<0

    var words: [UInt64] = []
    var strings: [UInt8] = []
    private var stack: [Container] = []
    private var expected = Expected.value
    /// Whether the tape is written; otherwise the text is only looked at.
    var writes = true

    /// A parser without memory; it grows with its texts.
    package init() {}

    /// Parses the first value of a text.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - writes: whether the value is wanted (`value`), or the outcome only.
    ///   - lineBreaks: whether line breaks between values are blanks; otherwise they are refused.
    /// - Returns: how far the text is JSON.
    package mutating func parse(
        _ bytes: UnsafeRawBufferPointer,
        writes: Bool = true,
        lineBreaks: Bool = true
    ) -> Outcome {
        words.removeAll(keepingCapacity: true)
        strings.removeAll(keepingCapacity: true)
        stack.removeAll(keepingCapacity: true)
        repairs = []
        lastObject = 0..<0
        expected = .value
        self.writes = writes
        if writes { words.append(UInt64(UInt8(ascii: "r")) << 56) }
        guard let base = bytes.baseAddress else { return .truncated(inString: false) }
        var cursor = JSONCursor(base: base, end: bytes.count)
        while true {
            if let fault = skipBlanks(&cursor, lineBreaks) { return fault }
            guard cursor.index < cursor.end else { return .truncated(inString: false) }
            if let outcome = step(&cursor) { return outcome }
        }
    }

    /// Hands the last value that was parsed to `body`; nil when there is none.
    package func value<Result>(_ body: (JSONValue) -> Result) -> Result? {
        guard words.count > 1 else { return nil }
        return words.withUnsafeBufferPointer { words in
            strings.withUnsafeBufferPointer { strings in
                guard let start = words.baseAddress else { return nil }
                // Without any string there is no string to point to.
                return body(
                    JSONValue(
                        words: start,
                        strings: strings.baseAddress ?? JSONCursor.nothing,
                        index: 1
                    )
                )
            }
        }
    }

    /// Gives back the memory that a large text needed.
    package mutating func release() {
        words = []
        strings = []
    }

    /// Reads what comes next; an outcome ends the text.
    private mutating func step(_ cursor: inout JSONCursor) -> Outcome? {
        let byte = cursor.byte
        switch expected {
        case .value: return value(byte, &cursor)
        case .valueOrEnd:
            return byte == JSONBytes.closeBracket ? close(&cursor) : value(byte, &cursor)
        case .name, .nameOrEnd:
            if byte == JSONBytes.closeBrace, expected == .nameOrEnd { return close(&cursor) }
            guard byte == JSONBytes.quote else { return .refused(at: cursor.index, .syntax) }
            if let outcome = string(&cursor) { return outcome }
            expected = .colon
        case .colon:
            guard byte == JSONBytes.colon else { return .refused(at: cursor.index, .syntax) }
            cursor.index += 1
            expected = .value
        case .commaOrEnd:
            guard let container = stack.last else { return .complete(cursor.index) }
            if byte == JSONBytes.comma {
                cursor.index += 1
                expected = container.isObject ? .name : .value
            } else if byte == (container.isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket) {
                return close(&cursor)
            } else {
                return .refused(at: cursor.index, .syntax)
            }
        }
        return nil
    }

    private mutating func value(_ byte: UInt8, _ cursor: inout JSONCursor) -> Outcome? {
        switch byte {
        case JSONBytes.openBrace, JSONBytes.openBracket:
            guard stack.count < Self.depthLimit else { return .refused(at: cursor.index, .depth) }
            let isObject = byte == JSONBytes.openBrace
            stack.append(
                Container(start: words.count, offset: cursor.index, count: 0, isObject: isObject)
            )
            if writes { words.append(0) }
            cursor.index += 1
            expected = isObject ? .nameOrEnd : .valueOrEnd
            return nil
        case JSONBytes.quote:
            return string(&cursor) ?? ended(cursor)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return number(&cursor, isAlone: stack.isEmpty) ?? ended(cursor)
        default:
            return literal(byte, &cursor) ?? ended(cursor)
        }
    }

    private mutating func close(_ cursor: inout JSONCursor) -> Outcome? {
        guard let container = stack.popLast() else { return .refused(at: cursor.index, .syntax) }
        cursor.index += 1
        if writes {
            let tag = UInt64(container.isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket)
            words.append(tag << 56 | UInt64(container.start))
            // simdjson's count is of 24 bits and stays at its greatest value.
            let count = UInt64(min(container.count, 0xff_ffff))
            let opening = container.isObject ? JSONBytes.openBrace : JSONBytes.openBracket
            words[container.start] = UInt64(opening) << 56 | count << 32 | UInt64(words.count)
        }
        if container.isObject, !stack.isEmpty { lastObject = container.offset..<cursor.index }
        return ended(cursor)
    }

    /// A value ended before the cursor.
    private mutating func ended(_ cursor: JSONCursor) -> Outcome? {
        guard !stack.isEmpty else { return .complete(cursor.index) }
        stack[stack.count - 1].count += 1
        expected = .commaOrEnd
        return nil
    }

    private mutating func skipBlanks(_ cursor: inout JSONCursor, _ lineBreaks: Bool) -> Outcome? {
        while cursor.index < cursor.end {
            switch cursor.byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case JSONBytes.newline:
                if !lineBreaks { return .refused(at: cursor.index, .lineBreak) }
            case 0: repairs.insert(.nul)
            default: return nil
            }
            cursor.index += 1
        }
        return nil
    }
}
