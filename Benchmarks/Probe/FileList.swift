import Core
import Platform
import Transcripts

/// The files that are read, in their order.
struct FileList {
    struct File {
        var source: String
        /// Relative to the source's root.
        var name: BytePath
        var path: BytePath
    }

    var files: [File] = []

    static func standardInput() throws(OperatorError) -> FileList {
        var list = FileList()
        while let line = readLine() {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3 else {
                throw OperatorError(.usage, "not SOURCE, NAME and PATH: \(line)")
            }
            list.files.append(
                File(source: parts[0], name: BytePath(parts[1]), path: BytePath(parts[2]))
            )
        }
        return list
    }

    static func context(_ file: File) -> FileContext? {
        FileID(1).map {
            FileContext(
                source: file.source,
                path: file.name,
                stream: StreamID(file: $0, generation: 1)
            )
        }
    }
}
