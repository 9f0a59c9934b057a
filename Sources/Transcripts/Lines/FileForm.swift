import Core

/// How a file is read, as its name tells.
package enum FileForm: Sendable, Hashable {
    /// One record a line (`*.jsonl`, `*.ndjson`), perhaps compressed.
    case lines
    /// One JSON value (`*.json`).
    case document
    /// Nothing that rows are made of: notes, scripts, images, spilled outputs.
    case opaque

    /// The form of the file at `path`; what a tool or a person appends to a name (`.zst`, `.bak`, `.1`) does not
    /// change it.
    package init(_ path: BytePath) {
        let name = path.lastComponent.bytes.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        var form = FileForm.opaque
        for part in name.split(separator: BytePath.dot, omittingEmptySubsequences: false)
            .dropFirst()
        {
            if part.elementsEqual("jsonl".utf8) || part.elementsEqual("ndjson".utf8) {
                form = .lines
            }
            if part.elementsEqual("json".utf8) { form = .document }
            if part.elementsEqual("js".utf8) || part.elementsEqual("md".utf8) { form = .opaque }
        }
        // Documents are rewritten whole, and no tool compresses them.
        self = form == .document && FileForm.isCompressed(path) ? .opaque : form
    }

    /// Whether the file is a zstd file of what its name says otherwise (`*.jsonl.zst`).
    package static func isCompressed(_ path: BytePath) -> Bool {
        let ending = path.lastComponent.bytes.suffix(4).map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        return ending.elementsEqual(".zst".utf8)
    }
}
