import Core
import Foundation
import Transcripts

// transcripts-bench [FOLDER]: how fast one core reads the *.jsonl below FOLDER, or a session that is made up.
// "long" in the place of FOLDER reads lines of 200 MB instead: one string, dense, and dense but damaged.

struct Sample {
    var name: String
    var bytes: [UInt8]
}

func samples(_ folder: String) -> [Sample] {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".jsonl") }.sorted()
        .compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name)
                .map { Sample(name: name, bytes: Array($0)) }
        }
}

func madeUp() -> [Sample] {
    var text = ""
    for number in 0..<20_000 {
        let words = String(repeating: "some words of an answer\\n", count: number % 80)
        text +=
            #"{"parentUuid":"\#(number)","isSidechain":false,"type":"assistant","sessionId":"s","#
        text +=
            #""cwd":"/home/u/p","version":"2.1.0","message":{"id":"m\#(number / 2)","role":"assistant","#
        text +=
            #""model":"opus","content":[{"type":"text","text":"\#(words)"}],"usage":{"input_tokens":3,"#
        text +=
            #""cache_read_input_tokens":12345,"output_tokens":\#(number % 900)}},"requestId":"r\#(number / 2)","#
        text += #""uuid":"u\#(number)","timestamp":"2026-01-02T03:04:05.678Z"}"# + "\n"
    }
    return [Sample(name: "made-up.jsonl", bytes: Array(text.utf8))]
}

func context(_ name: String) -> FileContext {
    guard let file = FileID(1) else { fatalError("1 is an identity") }
    return FileContext(
        source: "bench",
        path: BytePath(name),
        stream: StreamID(file: file, generation: 1)
    )
}

func peak() -> String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.map(String.init) ?? ""
}

func report(_ what: String, _ bytes: Int, _ count: Int, _ time: Duration) {
    let seconds = Double(time.nanoseconds) / 1e9
    let rate = Int(Double(bytes) / 1e6 / seconds)
    print("\(what): \(rate) MB/s, \(Int(Double(count) / seconds)) records/s, \(count) records")
}

/// Parses and looks up what an envelope and its usage have.
func envelopes(_ sample: Sample, _ parser: JSONParser) -> Int {
    var count = 0
    sample.bytes.withUnsafeBytes { bytes in
        var start = 0
        let end = bytes.count - JSONParser.padding
        while start < end {
            let line = bytes[start..<end].firstIndex(of: 0x0a) ?? end
            let text = UnsafeRawBufferPointer(rebasing: bytes[start..<line])
            let tokens = try? parser.parse(padded: text) { record -> Int64 in
                _ = record["type"]?.string
                _ = record["uuid"]?.string
                _ = record["parentUuid"]?.string
                _ = record["sessionId"]?.string
                _ = record["timestamp"]?.string
                _ = record["requestId"]?.string
                guard let message = record["message"] else { return 0 }
                _ = message["id"]?.string
                _ = message["model"]?.string
                return message["usage"]?["output_tokens"]?.int ?? 0
            }
            count += tokens == nil ? 0 : 1
            start = line + 1
        }
    }
    return count
}

/// Reads a file as the receiver does, in pieces of a MiB.
func read(_ sample: Sample, _ parser: JSONParser, piece: Int = 1 << 20) -> Int {
    let reader = TranscriptReader(context: context(sample.name), parser: parser, state: [])
    var count = 0
    sample.bytes.withUnsafeBytes { bytes in
        let end = bytes.count - JSONParser.padding
        var start = 0
        var reach = 0
        while reach < end {
            reach = min(end, reach + piece)
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<reach])
            start += reader.read(part, at: UInt64(start)) { _ in count += 1 }
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        reader.finish(rest, at: UInt64(start)) { _ in count += 1 }
    }
    return count
}

/// One line of 200 MB that is never held: the same piece is fed again and again.
func long(_ unit: String, _ head: String, _ tail: String, _ parser: JSONParser) {
    var piece: [UInt8] = []
    while piece.count < 1 << 20 { piece += Array(unit.utf8) }
    let reader = TranscriptReader(context: context("long.jsonl"), parser: parser, state: [])
    var pending = Array(head.utf8)
    var offset: UInt64 = 0
    var entries: [Entry] = []
    func feed(_ bytes: [UInt8]) {
        pending += bytes
        let count = pending.count
        pending.reserveCapacity(count + JSONParser.padding)
        let consumed = (pending + [UInt8](repeating: 0, count: JSONParser.padding))
            .withUnsafeBytes { buffer in
                reader.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset) {
                    entries.append($0)
                }
            }
        offset += UInt64(consumed)
        pending.removeFirst(consumed)
    }
    let time = ContinuousClock().measure {
        while offset + UInt64(pending.count) < 200_000_000 { feed(piece) }
        feed(Array(tail.utf8))
    }
    report("one line", Int(offset), entries.count, time)
    print("  ", entries.map { "\($0.status) \($0.uuid ?? "-")" }, peak())
}

guard let parser = JSONParser() else { fatalError("no memory") }
let arguments = CommandLine.arguments
if arguments.dropFirst().first == "long" {
    let head = #"{"type":"user","sessionId":"s","message":{"role":"user","content":["#
    let tail = #"]},"uuid":"u","timestamp":"2026-01-02T03:04:05Z"}"# + "\n"
    long("some words ", head + "\"", "\"" + tail, parser)
    long(#"{"type":"text","text":"a"},"#, head, "1" + tail, parser)
    long(#"{"type":"text","text":"a"},"#, head, "1 x" + tail, parser)
    exit(0)
}
var files = arguments.count > 1 ? samples(arguments[1]) : madeUp()
for index in files.indices {
    files[index].bytes += [UInt8](repeating: 0, count: JSONParser.padding)
}
let size = files.reduce(0) { $0 + $1.bytes.count - JSONParser.padding }
print("\(files.count) files, \(size / 1_000_000) MB")
for round in 1...3 {
    var count = 0
    var time = ContinuousClock().measure { for file in files { count += envelopes(file, parser) } }
    report("\(round) envelope and usage", size, count, time)
    count = 0
    time = ContinuousClock().measure { for file in files { count += read(file, parser) } }
    report("\(round) JSON and dialect", size, count, time)
}
print(peak())
