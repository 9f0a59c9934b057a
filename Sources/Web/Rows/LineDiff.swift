/// What changed between two texts, in hunks of lines with their surroundings (the unified format's).
struct LineDiff: Sendable, Hashable {
    struct Hunk: Sendable, Hashable {
        var oldStart: Int
        var oldLines: Int
        var newStart: Int
        var newLines: Int
        /// Each with " ", "-" or "+" before it.
        var lines: [String]
    }

    private(set) var hunks: [Hunk] = []

    /// Lines around a change.
    private static let surroundings = 3
    /// Edits beyond which the middle is told as replaced whole.
    private static let longest = 600

    init(hunks: [Hunk]) { self.hunks = hunks }

    /// Compares line by line.
    init(old: String, new: String) {
        let a = LineDiff.lines(old)
        let b = LineDiff.lines(new)
        var prefix = 0
        while prefix < min(a.count, b.count), a[prefix] == b[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < min(a.count, b.count) - prefix,
            a[a.count - 1 - suffix] == b[b.count - 1 - suffix]
        { suffix += 1 }
        let marks =
            a[..<prefix].map { (UInt8(ascii: " "), $0) }
            + LineDiff.middle(a[prefix..<(a.count - suffix)], b[prefix..<(b.count - suffix)])
            + a[(a.count - suffix)...].map { (UInt8(ascii: " "), $0) }
        group(marks)
    }

    private static func lines(_ text: String) -> [Substring] {
        guard !text.isEmpty else { return [] }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The shortest edit (Myers, "An O(ND) Difference Algorithm", 1986), or all of both.
    private static func middle(
        _ a: ArraySlice<Substring>,
        _ b: ArraySlice<Substring>
    ) -> [(UInt8, Substring)] {
        let whole = a.map { (UInt8(ascii: "-"), $0) } + b.map { (UInt8(ascii: "+"), $0) }
        guard !a.isEmpty, !b.isEmpty, let trace = trace(Array(a), Array(b)) else { return whole }
        return backtrack(trace, Array(a), Array(b))
    }

    /// The furthest points of each number of edits; nil when there are too many.
    private static func trace(_ a: [Substring], _ b: [Substring]) -> [[Int]]? {
        let most = min(a.count + b.count, longest)
        var furthest = [Int](repeating: 0, count: 2 * most + 3)
        var trace: [[Int]] = []
        for edits in 0...most {
            trace.append(furthest)
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let place = diagonal + most + 1
                let isDown =
                    diagonal == -edits
                    || diagonal != edits && furthest[place - 1] < furthest[place + 1]
                var x = isDown ? furthest[place + 1] : furthest[place - 1] + 1
                var y = x - diagonal
                while x < a.count, y < b.count, x >= 0, y >= 0, a[x] == b[y] {
                    x += 1
                    y += 1
                }
                furthest[place] = x
                if x >= a.count, y >= b.count { return trace }
            }
        }
        return nil
    }

    private static func backtrack(
        _ trace: [[Int]],
        _ a: [Substring],
        _ b: [Substring]
    ) -> [(UInt8, Substring)] {
        let most = min(a.count + b.count, longest)
        var marks: [(UInt8, Substring)] = []
        var (x, y) = (a.count, b.count)
        for edits in stride(from: trace.count - 1, through: 0, by: -1) {
            let furthest = trace[edits]
            let diagonal = x - y
            let place = diagonal + most + 1
            let isDown =
                diagonal == -edits
                || diagonal != edits && furthest[place - 1] < furthest[place + 1]
            let former = isDown ? diagonal + 1 : diagonal - 1
            let startX = edits == 0 ? 0 : furthest[former + most + 1]
            let startY = edits == 0 ? 0 : startX - former
            while x > max(startX, 0), y > max(startY, 0), x > 0, y > 0, a[x - 1] == b[y - 1],
                (x, y) != (startX, startY)
            {
                marks.append((UInt8(ascii: " "), a[x - 1]))
                x -= 1
                y -= 1
            }
            guard edits > 0 else { break }
            if isDown, y > 0 {
                marks.append((UInt8(ascii: "+"), b[y - 1]))
                y -= 1
            } else if x > 0 {
                marks.append((UInt8(ascii: "-"), a[x - 1]))
                x -= 1
            }
        }
        return marks.reversed()
    }

    /// Cuts what is far from any change out.
    private mutating func group(_ marks: [(UInt8, Substring)]) {
        let changes = marks.indices.filter { marks[$0].0 != UInt8(ascii: " ") }
        guard let first = changes.first else { return }
        var ranges: [Range<Int>] = []
        var start = first
        var end = first
        for change in changes {
            if change - end > 2 * LineDiff.surroundings {
                ranges.append(start..<end + 1)
                start = change
            }
            end = change
        }
        ranges.append(start..<end + 1)
        var (old, new, place) = (1, 1, 0)
        for range in ranges {
            let from = max(0, range.lowerBound - LineDiff.surroundings)
            let to = min(marks.count, range.upperBound + LineDiff.surroundings)
            for mark in marks[place..<from] {
                old += mark.0 == UInt8(ascii: "+") ? 0 : 1
                new += mark.0 == UInt8(ascii: "-") ? 0 : 1
            }
            var hunk = Hunk(oldStart: old, oldLines: 0, newStart: new, newLines: 0, lines: [])
            for mark in marks[from..<to] {
                hunk.oldLines += mark.0 == UInt8(ascii: "+") ? 0 : 1
                hunk.newLines += mark.0 == UInt8(ascii: "-") ? 0 : 1
                hunk.lines.append(String(Unicode.Scalar(mark.0)) + mark.1)
            }
            old += hunk.oldLines
            new += hunk.newLines
            place = to
            hunks.append(hunk)
        }
    }
}
