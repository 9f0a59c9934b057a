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

/// Feeds a file: byte 0 is the source.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 1, let reader = makeReader(data[0], []) else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let padded = bytes + [UInt8](repeating: 0, count: JSONParser.padding)
    var entries: [Entry] = []
    padded.withUnsafeBytes { buffer in
        let part = UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
        reader.finish(part, at: 0) { entries.append($0) }
    }
    var next = 0
    for entry in entries {
        let start = Int(entry.position.offset)
        precondition(start >= next && entry.position.length > 0)
        precondition(bytes[next..<start].allSatisfy(isFill))
        next = start + Int(entry.position.length)
    }
    precondition(bytes[next...].allSatisfy(isFill))
    return 0
}

private func isFill(_ byte: UInt8) -> Bool {
    [0, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf].contains(byte)
}
