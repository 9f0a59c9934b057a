import Core
import Platform
import Transcripts

/// Reads files as the receiver does, without storing anything.
struct ParseProbe {
    /// As the receiver's, at first.
    private static let piece = 512 << 10

    private let list: FileList
    private let disk: LinuxDisk
    private let parser: JSONParser
    private let analyser = Analyser()
    private let buffer = PaddedBuffer(ParseProbe.piece)

    init(_ list: FileList) throws(OperatorError) {
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.list = list
        self.parser = parser
        disk = try OperatorError.system(.fileSystem, "open /") { () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow)
        }
    }

    /// Parses each line and looks up what an envelope and its usage have.
    func envelopes(rounds: Int) throws(OperatorError) {
        try measure("envelope", rounds) { (file, size, _) throws(OperatorError) in
            buffer.grow(to: size)
            let bytes = try buffer.fill(file, from: 0, count: size)
            return lines(bytes)
        }
    }

    /// Everything that rows are made of: dialect, findings, tags.
    func rows(rounds: Int) throws(OperatorError) {
        try measure("rows", rounds) { (file, size, context) throws(OperatorError) in
            FileForm(context.path) == .document
                ? try document(file, size, context) : try records(file, size, context)
        }
    }

    private func measure(
        _ name: String,
        _ rounds: Int,
        _ body: (any DiskFile, Int, FileContext) throws(OperatorError) -> Int64
    ) throws(OperatorError) {
        for _ in 0..<rounds {
            let meter = Meter()
            var bytes: Int64 = 0
            var entries: Int64 = 0
            for item in list.files {
                guard let context = FileList.context(item) else { continue }
                let (file, size) = try open(item)
                bytes += Int64(size)
                entries += try body(file, size, context)
            }
            meter.report(name, bytes: bytes, entries: entries)
        }
    }

    private func open(_ item: FileList.File) throws(OperatorError) -> (any DiskFile, Int) {
        let path = BytePath(Array(item.path.bytes.drop { $0 == BytePath.slash }))
        return try OperatorError.system(.fileSystem, "open \(item.path)") {
            () throws(SystemError) in
            let file = try disk.open(path, .read)
            return (file, Int(try file.status().size))
        }
    }

    // MARK: Envelopes

    private func lines(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var count: Int64 = 0
        var start = 0
        while start < bytes.count {
            let line = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
            let text = UnsafeRawBufferPointer(rebasing: bytes[start..<line])
            let tokens = try? parser.parse(padded: text) { ParseProbe.envelope($0) }
            count += tokens == nil ? 0 : 1
            start = line + 1
        }
        return count
    }

    private static func envelope(_ record: JSONValue) -> Int64 {
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

    // MARK: Rows

    private func records(
        _ file: any DiskFile,
        _ size: Int,
        _ context: FileContext
    ) throws(OperatorError) -> Int64 {
        let reader = TranscriptReader(context: context, parser: parser, state: [])
        var count: Int64 = 0
        var items: [(Entry, EntryAnalysis)] = []
        let emit = { [analyser] (entry: Entry) in items.append((entry, analyser.analyse(entry))) }
        var offset = 0
        while offset < size {
            let bytes = try buffer.fill(file, from: UInt64(offset), count: size - offset)
            let isEnd = offset + bytes.count >= size
            var consumed = bytes.count
            if isEnd {
                reader.finish(bytes, at: UInt64(offset), emit: emit)
            } else {
                consumed = reader.read(bytes, at: UInt64(offset), emit: emit)
            }
            count += Int64(items.count)
            items.removeAll(keepingCapacity: true)
            offset += consumed
            if consumed == 0 { buffer.grow(to: 2 * buffer.room) }
        }
        return count
    }

    private func document(
        _ file: any DiskFile,
        _ size: Int,
        _ context: FileContext
    ) throws(OperatorError) -> Int64 {
        buffer.grow(to: size)
        let bytes = try buffer.fill(file, from: 0, count: size)
        var items: [(Entry, EntryAnalysis)] = []
        _ = TranscriptReader.readDocument(bytes, context: context, parser: parser) { entry in
            items.append((entry, analyser.analyse(entry)))
        }
        return Int64(items.count)
    }
}
