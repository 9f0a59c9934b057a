import Core

/// A pattern of paths below a folder, matched byte for byte: names are of any encoding.
///
/// - `*` any characters of one name, none included; `?` one character; `[a-z]`, `[!a-z]` one of a set
/// - `**` as a whole name: any number of folders, none included; at the end: everything below
/// - `{a,b}` either; they may nest and contain `/`
/// - `\` takes the next character as it is
///
/// A character is a well-formed UTF-8 sequence, or a single byte where there is none. Names that
/// begin with a dot are like others. No pattern takes more than the product of its length and the
/// path's: each `*` and `**` only ever moves forward.
package struct Glob: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    package let pattern: String
    /// What remains when `{a,b}` is written out, relative to the folder; never empty.
    let alternatives: [[GlobSegment]]

    package var description: String { pattern }

    init(pattern: String, alternatives: [[GlobSegment]]) {
        self.pattern = pattern
        self.alternatives = alternatives
    }

    /// A pattern that somebody typed; nil for what is none.
    package init?(typed pattern: String) {
        do throws(ValueMismatch) { try self.init(pattern) } catch { return nil }
    }

    /// Whether `path`, relative to the pattern's folder, fits.
    package func matches(_ path: BytePath) -> Bool {
        path.bytes.withUnsafeBytes { bytes in
            alternatives.contains { Glob.match($0[...], bytes) }
        }
    }

    /// Whether any path below `folder` can fit; an empty path is the pattern's own folder.
    package func couldMatch(below folder: BytePath) -> Bool {
        folder.bytes.withUnsafeBytes { bytes in
            alternatives.contains { Glob.couldMatch($0, below: bytes) }
        }
    }

    // MARK: - Matching

    /// Every segment but `**` takes exactly one name, so that the leftmost place for what follows
    /// a `**` is as good as any, and only the latest `**` has to be tried further along.
    static func match(_ segments: ArraySlice<GlobSegment>, _ path: UnsafeRawBufferPointer) -> Bool {
        guard !path.isEmpty else { return false }
        var segment = segments.startIndex
        // The start of the next name; one beyond the end of the path when none is left.
        var name = 0
        var retry: (segment: Int, name: Int)?
        while true {
            let isAtEnd = name > path.count
            if segment < segments.endIndex {
                switch segments[segment] {
                case .folders:
                    segment += 1
                    if segment == segments.endIndex { return true }
                    retry = (segment, name)
                    continue
                case .name(let pattern):
                    if isAtEnd { return false }
                    let end = endOfName(in: path, from: name)
                    if pattern.matches(UnsafeRawBufferPointer(rebasing: path[name..<end])) {
                        segment += 1
                        name = end + 1
                        continue
                    }
                }
            } else if isAtEnd {
                return true
            }
            guard let last = retry, last.name <= path.count else { return false }
            name = endOfName(in: path, from: last.name) + 1
            segment = last.segment
            retry = (segment, name)
        }
    }

    private static func couldMatch(
        _ segments: [GlobSegment],
        below folder: UnsafeRawBufferPointer
    ) -> Bool {
        var name = 0
        for segment in segments {
            // A path below the folder has at least one name more than the folder.
            if folder.isEmpty || name > folder.count { return true }
            guard case .name(let pattern) = segment else { return true }
            let end = endOfName(in: folder, from: name)
            guard pattern.matches(UnsafeRawBufferPointer(rebasing: folder[name..<end])) else {
                return false
            }
            name = end + 1
        }
        return false
    }

    private static func endOfName(in path: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < path.count, path[index] != BytePath.slash { index += 1 }
        return index
    }
}
