import Archive
import Core
import Platform
import Transcripts

/// Tells the tool whose sessions a file holds, which its rows are filed under.
final class SourceTool {
    private let disk: any Disk
    private let parser: JSONParser
    private let buffer: UnsafeMutableRawBufferPointer

    init(disk: any Disk) throws(OperatorError) {
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.disk = disk
        self.parser = parser
        buffer = .allocate(
            byteCount: TranscriptReader.toolBytes + JSONParser.padding,
            alignment: 64
        )
    }

    deinit { buffer.deallocate() }

    /// Looks at the file's beginning where its source does not tell.
    ///
    /// One that cannot be read is judged by its names; whoever reads it for its rows says why.
    func tool(of source: IngestSource) -> Tool {
        let context = FileContext(source: source.source, path: source.path, stream: source.stream)
        if let preset = DialectChoice.lines(context)?.tool { return preset }
        let isRead = FileForm(source.path) != .opaque && source.held > 0
        let count = isRead ? (try? read(source)) ?? 0 : 0
        return TranscriptReader.tool(
            of: UnsafeRawBufferPointer(rebasing: buffer[..<count]),
            context: context,
            parser: parser
        )
    }

    private func read(_ source: IngestSource) throws(OperatorError) -> Int {
        let file = try OperatorError.system(.fileSystem, "read \(source.stream) of the archive") {
            () throws(SystemError) in
            try disk.open(Archive.objectPath(source.stream), .read)
        }
        let archived = ArchivedContent(file, source, from: 0)
        let content: any ContentSource =
            FileForm.isCompressed(source.path)
            ? try CompressedContent(archived, CompressedState()) : archived
        var count = 0
        while count < TranscriptReader.toolBytes {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer[count..<TranscriptReader.toolBytes]
            )
            let more = try content.read(into: part)
            guard more > 0 else { break }
            count += more
        }
        return count
    }
}
