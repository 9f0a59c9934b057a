import Core
import Transcripts

// libFuzzer calls from one thread only.
nonisolated(unsafe) private let parser = JSONParser()

/// All entries of a whole document; the first byte of the input tells the source and the path.
private func entries(_ kind: UInt8, _ bytes: [UInt8]) -> [Entry]? {
    guard let file = FileID(1), let parser else { return nil }
    let sources = ["notes", "claude-code", "codex", "gemini"]
    let paths: [BytePath] = ["chats/session-1.json", "a/b.meta.json", "workflows/wf_1.json"]
    let context = FileContext(
        source: sources[Int(kind % 4)],
        path: paths[Int(kind / 4) % 3],
        stream: StreamID(file: file, generation: 1)
    )
    var found: [Entry] = []
    let padded = bytes + [UInt8](repeating: 0, count: JSONParser.padding)
    let isRead = padded.withUnsafeBytes { buffer in
        TranscriptReader.readDocument(
            UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]),
            context: context,
            parser: parser
        ) { found.append($0) }
    }
    return isRead ? found : nil
}

/// Reads a document twice: the same entries, each in a place of its own within the document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let found = entries(data[0], bytes)
    precondition(found == entries(data[0], bytes))
    guard let found else { return 0 }
    var places: Set<RecordPosition> = []
    for entry in found {
        precondition(places.insert(entry.position).inserted)
        precondition(entry.position.offset + entry.position.length <= bytes.count)
    }
    return 0
}
