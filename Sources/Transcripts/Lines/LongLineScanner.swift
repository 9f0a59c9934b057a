/// Reads an object that is too long to be held, piece by piece, and leaves a short object in its place.
///
/// The short object has the members of the long one in their order, as far as they fit: a string beyond
/// `stringLimit` is cut and says so, a container beyond its share ends early, what is nested deeper than
/// `depth` is left out. Each level has its share, so that what stands behind a long content (`uuid`,
/// `timestamp`, `message.usage`) is still there. Memory is bounded by the shares, whatever the input.
package struct LongLineScanner {
    /// How far the scanner came.
    package enum Progress: Hashable {
        /// All bytes were taken, the object goes on.
        case open
        /// The object ends before this byte of the piece.
        case complete(Int)
        /// This byte of the piece cannot be there.
        case damaged(Int)
    }

    /// Bytes of a string that is kept whole, as written.
    static let stringLimit = 4096
    /// Bytes that are kept of a longer one.
    static let cutLimit = 1024
    /// Containers in each other that are kept.
    static let depth = 8
    /// Bytes that the object may take, a container in it, one in that, and each below.
    static let shares = [256 << 10, 64 << 10, 24 << 10, 8 << 10]

    private enum Expected { case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd }

    private struct Level {
        var isObject: Bool
        /// Whether something of it stands in the short object.
        var isKept: Bool
        /// Bytes of the short object beyond which nothing more of this container is kept.
        var limit: Int
        /// Whether an element or member of it is kept already.
        var hasMember = false
    }

    /// The short object, complete when `feed` said so.
    package private(set) var short: [UInt8] = []
    /// Whether something was left out or cut.
    package private(set) var isCut = false

    private var expected = Expected.value
    private var levels: [Level] = []
    /// Where the member that is being read begins in the short object, for the time that it may be dropped.
    private var member = 0
    /// Whether the value that comes next is kept.
    private var keeps = true
    private var token = Token.none
    private var tokenStart = 0
    private var tokenBytes: UInt64 = 0
    private var isEscaped = false

    private enum Token { case none, name, string, scalar }

    /// A scanner before the object's first byte.
    package init() {}

    /// Takes the next piece of the object.
    ///
    /// The first begins with its brace. A line break is damage.
    package mutating func feed(_ piece: UnsafeRawBufferPointer) -> Progress {
        guard let base = piece.baseAddress else { return .open }
        var cursor = JSONCursor(base: base, end: piece.count)
        while cursor.index < cursor.end {
            switch token {
            case .name, .string:
                if !readString(&cursor) { return .damaged(cursor.index) }
            case .scalar: readScalar(&cursor)
            case .none:
                guard step(&cursor) else { return .damaged(cursor.index) }
                if levels.isEmpty, expected == .commaOrEnd { return .complete(cursor.index) }
            }
        }
        return .open
    }

    private mutating func step(_ cursor: inout JSONCursor) -> Bool {
        let byte = cursor.byte
        if LineSplitter.isFill(byte) {
            cursor.index += 1
            return true
        }
        switch expected {
        case .value: return begin(byte, &cursor)
        case .valueOrEnd:
            return byte == JSONBytes.closeBracket ? close(&cursor) : begin(byte, &cursor)
        case .name, .nameOrEnd:
            if byte == JSONBytes.closeBrace, expected == .nameOrEnd { return close(&cursor) }
            guard byte == JSONBytes.quote else { return false }
            beginMember()
            beginToken(.name, &cursor)
        case .colon:
            guard byte == JSONBytes.colon else { return false }
            if keeps { short.append(byte) }
            expected = .value
            cursor.index += 1
        case .commaOrEnd:
            guard let level = levels.last else { return false }
            if byte == JSONBytes.comma {
                expected = level.isObject ? .name : .value
                if !level.isObject { keeps = level.isKept }
                cursor.index += 1
            } else if byte == (level.isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket) {
                return close(&cursor)
            } else {
                return false
            }
        }
        return true
    }

    /// Puts the comma before a member or an element, or decides that it is not kept.
    private mutating func beginMember() {
        guard let level = levels.last else { return }
        member = short.count
        keeps = level.isKept && short.count < level.limit
        if level.isKept, !keeps { isCut = true }
        if keeps, level.hasMember { short.append(JSONBytes.comma) }
    }

    private mutating func begin(_ byte: UInt8, _ cursor: inout JSONCursor) -> Bool {
        if let level = levels.last, !level.isObject { beginMember() }
        switch byte {
        case JSONBytes.openBrace, JSONBytes.openBracket:
            guard levels.count < TolerantJSON.depthLimit else { return false }
            open(byte)
            cursor.index += 1
        case JSONBytes.quote: beginToken(.string, &cursor)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"),
            UInt8(ascii: "f"), UInt8(ascii: "n"):
            token = .scalar
            tokenStart = short.count
        default: return false
        }
        return true
    }

    private mutating func open(_ byte: UInt8) {
        let isObject = byte == JSONBytes.openBrace
        if keeps, levels.count >= Self.depth {
            drop()
            isCut = true
        }
        let share = Self.shares[min(levels.count, Self.shares.count - 1)]
        let limit = min(short.count + share, levels.last?.limit ?? .max)
        levels.append(Level(isObject: isObject, isKept: keeps, limit: limit))
        if keeps { short.append(byte) }
        expected = isObject ? .nameOrEnd : .valueOrEnd
    }

    private mutating func close(_ cursor: inout JSONCursor) -> Bool {
        guard let level = levels.popLast() else { return false }
        if level.isKept {
            short.append(level.isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket)
        }
        cursor.index += 1
        keeps = level.isKept
        ended()
        return true
    }

    private mutating func ended() {
        if keeps, !levels.isEmpty { levels[levels.count - 1].hasMember = true }
        expected = .commaOrEnd
    }

    /// Takes the member that is being read out of the short object.
    private mutating func drop() {
        guard keeps else { return }
        short.removeSubrange(member...)
        keeps = false
    }

    private mutating func beginToken(_ kind: Token, _ cursor: inout JSONCursor) {
        token = kind
        tokenStart = short.count
        tokenBytes = 0
        isEscaped = false
        if keeps { short.append(JSONBytes.quote) }
        cursor.index += 1
    }

    /// Reads on in a string; false at a line break.
    private mutating func readString(_ cursor: inout JSONCursor) -> Bool {
        if isEscaped {
            guard cursor.byte != JSONBytes.newline else { return false }
            keep(cursor, to: cursor.index + 1)
            cursor.index += 1
            isEscaped = false
            return true
        }
        let stop = JSONBytes.stringStop(cursor.base, cursor.index, cursor.end)
        keep(cursor, to: stop)
        cursor.index = stop
        guard stop < cursor.end else { return true }
        switch cursor.byte {
        case JSONBytes.quote:
            endString()
            cursor.index += 1
        case JSONBytes.backslash:
            keep(cursor, to: stop + 1)
            cursor.index += 1
            isEscaped = true
        default: return false
        }
        return true
    }

    private mutating func keep(_ cursor: JSONCursor, to stop: Int) {
        let count = stop - cursor.index
        tokenBytes += UInt64(count)
        let room = tokenStart + 1 + Self.stringLimit + 1 - short.count
        guard keeps, room > 0, count > 0 else { return }
        short += UnsafeRawBufferPointer(start: cursor.base + cursor.index, count: min(count, room))
    }

    private mutating func endString() {
        let kind = token
        token = .none
        if keeps, tokenBytes > UInt64(Self.stringLimit) {
            isCut = true
            if kind == .name {
                drop()
            } else {
                short.removeSubrange(
                    (tokenStart + 1 + Self.wholeLength(short[(tokenStart + 1)...]))...
                )
                short += CutMark.text(of: tokenBytes).utf8
            }
        }
        if keeps { short.append(JSONBytes.quote) }
        if kind == .name {
            expected = .colon
        } else {
            ended()
        }
    }

    /// At most `cutLimit` bytes that end neither in an escape nor in a character.
    private static func wholeLength(_ text: ArraySlice<UInt8>) -> Int {
        var index = text.startIndex
        let limit = text.startIndex + cutLimit
        var whole = index
        while index < limit {
            whole = index
            if text[index] == JSONBytes.backslash {
                // An escape of a surrogate and the one behind it stay together.
                let isUnicode = text[index + 1] == UInt8(ascii: "u")
                index += isUnicode ? (text[index + 2] | 0x20 == UInt8(ascii: "d") ? 12 : 6) : 2
            } else {
                index += 1
                while text[index] & 0xc0 == 0x80, index < limit { index += 1 }
            }
        }
        return whole - text.startIndex
    }

    private mutating func readScalar(_ cursor: inout JSONCursor) {
        while cursor.index < cursor.end {
            switch cursor.byte {
            case JSONBytes.comma, JSONBytes.closeBrace, JSONBytes.closeBracket, JSONBytes.newline,
                0x20, 0x09, 0x0d, 0, JSONBytes.quote, JSONBytes.openBrace, JSONBytes.openBracket:
                token = .none
                ended()
                return
            default:
                if keeps, short.count < tokenStart + Self.stringLimit { short.append(cursor.byte) }
                cursor.index += 1
            }
        }
    }
}
