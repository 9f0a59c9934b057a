import Core
import Transcripts

/// What was read of one file in one go, and how far the reader is with it.
package struct FileBatch: Sendable {
    /// A record and what was found in it.
    package struct Item: Sendable {
        package var entry: Entry
        package var analysis: EntryAnalysis
        package var preparation: EntryPreparation

        package init(
            _ entry: Entry,
            _ analysis: EntryAnalysis = EntryAnalysis(),
            _ preparation: EntryPreparation = EntryPreparation()
        ) {
            self.entry = entry
            self.analysis = analysis
            self.preparation = preparation
        }
    }

    package var stream: StreamID
    /// In the order of the file.
    package var items: [Item]
    /// Where the reader goes on.
    package var parsedOffset: UInt64
    /// Lines of the file up to there, all of them.
    package var lines: UInt64
    /// What the reader has to remember.
    package var readerState: [UInt8]
    /// When the last of the bytes came.
    package var received: WallTime
    /// Records of this kind that were told of the file before are not true any more; nil: all are.
    package var withdrawn: String?

    package init(
        stream: StreamID,
        items: [Item],
        parsedOffset: UInt64,
        lines: UInt64,
        readerState: [UInt8],
        received: WallTime,
        withdrawn: String? = nil
    ) {
        self.stream = stream
        self.items = items
        self.parsedOffset = parsedOffset
        self.lines = lines
        self.readerState = readerState
        self.received = received
        self.withdrawn = withdrawn
    }
}

/// What became of a batch.
package enum BatchOutcome: Sendable, Hashable {
    case applied
    /// It is applied, but its first timestamp places earlier records of the file anew among their copies: the
    /// file is to be read again from its start (its position is set so).
    case readAgain
}
