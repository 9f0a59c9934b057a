/// How far the records of a file are in the rows.
package struct FilePosition: Sendable, Hashable {
    /// Where its reader goes on.
    package var parsedOffset: UInt64
    /// What its reader has to remember.
    package var state: [UInt8]
    /// Line breaks up to there.
    package var lines: UInt64
}
