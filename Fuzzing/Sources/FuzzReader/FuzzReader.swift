import Core
import Transcripts

// libFuzzer calls from one thread only.
nonisolated(unsafe) private let parser = JSONParser()

/// A reader with a small window; the first byte of the input tells the source.
private func makeReader(_ kind: UInt8, _ state: [UInt8]) -> TranscriptReader? {
    guard let file = FileID(1), let parser else { return nil }
    let sources = ["notes", "claude-code", "codex", "gemini"]
    let context = FileContext(
        source: sources[Int(kind % 4)],
        path: "projects/x/session.jsonl",
        stream: StreamID(file: file, generation: 1)
    )
    return TranscriptReader(context: context, parser: parser, state: state, window: 256)
}

/// All entries of a file that comes in pieces that end at `cuts`.
private func entries(_ kind: UInt8, _ bytes: [UInt8], _ cuts: [Int], restart: Bool) -> [Entry] {
    guard var reader = makeReader(kind, []) else { return [] }
    var entries: [Entry] = []
    var consumed = 0
    func feed(_ end: Int, isEnd: Bool) {
        let piece = Array(bytes[consumed..<end])
        let padded = piece + [UInt8](repeating: 0, count: JSONParser.padding)
        padded.withUnsafeBytes { buffer in
            let part = UnsafeRawBufferPointer(rebasing: buffer[..<piece.count])
            if isEnd { return reader.finish(part, at: UInt64(consumed)) { entries.append($0) } }
            consumed += reader.read(part, at: UInt64(consumed)) { entries.append($0) }
        }
    }
    for cut in cuts {
        feed(cut, isEnd: false)
        if restart {
            consumed = Int(reader.resumeOffset)
            guard let next = makeReader(kind, reader.state) else { return [] }
            reader = next
        }
    }
    feed(bytes.count, isEnd: true)
    return entries
}

/// Feeds a file at once and in pieces: byte 0 is the source, bytes 1 to 4 tell where it is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 5 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 5, count: size - 5))
    let whole = entries(data[0], bytes, [], restart: false)
    let cuts = (1...4).map { Int(data[$0]) * bytes.count / 256 }.sorted()
    precondition(entries(data[0], bytes, cuts, restart: false) == whole)
    precondition(entries(data[0], bytes, cuts, restart: true) == whole)
    return 0
}
