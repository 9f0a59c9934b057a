/// How far the records of a file are in the rows.
package struct FilePosition: Sendable, Hashable {
    /// Where its reader goes on.
    package var parsedOffset: UInt64
    /// What its reader has to remember.
    package var state: [UInt8]
    /// Line breaks up to there.
    package var lines: UInt64

    package init(parsedOffset: UInt64, state: [UInt8], lines: UInt64) {
        self.parsedOffset = parsedOffset
        self.state = state
        self.lines = lines
    }

    /// The start of a file.
    package static let start = FilePosition(parsedOffset: 0, state: [], lines: 0)
}
