import Core
import Transcripts

/// One line of 200 MB that is never held: the same piece is fed again and again.
enum LongLineProbe {
    private static let size = 200_000_000

    static func run() throws(OperatorError) {
        let head = #"{"type":"user","sessionId":"s","message":{"role":"user","content":["#
        let tail = #"]},"uuid":"u","timestamp":"2026-01-02T03:04:05Z"}"# + "\n"
        try feed("one string", "some words ", head + "\"", "\"" + tail)
        try feed("dense", #"{"type":"text","text":"a"},"#, head, "1" + tail)
        try feed("dense, damaged", #"{"type":"text","text":"a"},"#, head, "1 x" + tail)
    }

    private static func feed(
        _ name: String,
        _ unit: String,
        _ head: String,
        _ tail: String
    ) throws(OperatorError) {
        let item = FileList.File(source: "claude-code", name: "long.jsonl", path: "")
        guard let parser = JSONParser(), let context = FileList.context(item) else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        let reader = TranscriptReader(context: context, parser: parser, state: [])
        var piece: [UInt8] = []
        while piece.count < 1 << 20 { piece += Array(unit.utf8) }
        var pending = Array(head.utf8)
        var offset: UInt64 = 0
        var entries: Int64 = 0
        let meter = Meter()
        func take(_ bytes: [UInt8]) {
            pending += bytes
            let count = pending.count
            let padded = pending + [UInt8](repeating: 0, count: JSONParser.padding)
            let consumed = padded.withUnsafeBytes { buffer in
                reader.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset) { _ in
                    entries += 1
                }
            }
            offset += UInt64(consumed)
            pending.removeFirst(consumed)
        }
        while offset + UInt64(pending.count) < UInt64(size) { take(piece) }
        take(Array(tail.utf8))
        meter.report(name, bytes: Int64(offset), entries: entries)
    }
}
