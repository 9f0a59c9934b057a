import Core
import TestSupport
import Testing
import Transcripts

/// What came of one record, short enough to be written down in a test.
struct Read: Hashable, CustomStringConvertible {
    var text: String
    var ordinal: Int
    var status: EntryStatus
    var description: String { "\(status) \(ordinal) \(text)" }

    init(_ text: String, _ ordinal: Int = 0, _ status: EntryStatus = .ok) {
        (self.text, self.ordinal, self.status) = (text, ordinal, status)
    }
}

/// Reads files with a reader, cut as a test likes.
struct Reading {
    let parser: JSONParser
    var source = "notes"
    var path: BytePath = "a/session.jsonl"
    var window = TranscriptReader.window

    init() throws { parser = try #require(JSONParser()) }

    func context() throws -> FileContext {
        let file = try #require(FileID(7))
        return FileContext(
            source: source,
            path: path,
            stream: StreamID(file: file, generation: 1)
        )
    }

    /// A reader that goes on from `state`.
    func reader(_ state: [UInt8]) throws -> TranscriptReader {
        TranscriptReader(context: try context(), parser: parser, state: state, window: window)
    }

    /// All entries of a file whose bytes came in pieces that end at `cuts`, each handed in as soon as it is there.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - cuts: where the pieces end, ascending.
    ///   - isRestarted: whether each piece is read by a reader that was made again from the state.
    /// - Returns: the entries in their order.
    /// - Throws: when there is no parser.
    func entries(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        isRestarted: Bool = false
    ) throws -> [Entry] {
        var entries: [Entry] = []
        var reader = try self.reader([])
        var consumed = 0
        for end in cuts + [bytes.count] {
            if isRestarted {
                consumed = Int(reader.resumeOffset)
                reader = try self.reader(reader.state)
            }
            consumed += Array(bytes[consumed..<end]).padded { piece in
                reader.read(piece, at: UInt64(consumed)) { entries.append($0) }
            }
            #expect(reader.resumeOffset <= UInt64(consumed))
        }
        Array(bytes[consumed...]).padded { piece in
            reader.finish(piece, at: UInt64(consumed)) { entries.append($0) }
        }
        return entries
    }

    /// The same, as the bytes that the entries stand for.
    func read(_ bytes: [UInt8]) throws -> [Read] {
        try entries(bytes).map { entry in
            let start = Int(entry.position.offset)
            let text = bytes[start..<start + Int(entry.position.length)]
            return Read(
                String(decoding: text, as: UTF8.self),
                entry.position.ordinal,
                entry.status
            )
        }
    }
}

/// That each byte belongs to one entry, but for what fills the space between records.
func expectCoverage(
    _ entries: [Entry],
    _ bytes: [UInt8],
    _ location: SourceLocation = #_sourceLocation
) {
    var next = 0
    for entry in entries {
        let start = Int(entry.position.offset)
        guard start >= next, entry.position.length > 0 else {
            Issue.record("entries overlap at \(start)", sourceLocation: location)
            return
        }
        expectFill(bytes[next..<start], location)
        next = start + Int(entry.position.length)
    }
    expectFill(bytes[next...], location)
}

private func expectFill(_ bytes: ArraySlice<UInt8>, _ location: SourceLocation) {
    let fill: Set<UInt8> = [0, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]
    #expect(bytes.allSatisfy { fill.contains($0) }, sourceLocation: location)
}
