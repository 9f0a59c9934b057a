/// A file that an `apply_patch` names.
///
/// The text: `*** Begin Patch`, then for each file `*** Add File: p`, `*** Update File: p` (and `*** Move to: q`)
/// or `*** Delete File: p` with lines that begin with "+", "-", " " or "@@", then `*** End Patch`.
struct CodexPatch: Hashable {
    var path: String
    var operation: FileOperation
    var movedTo: String?
    var added: Int64 = 0
    var removed: Int64 = 0

    /// The files of a patch's text, wherever in it the patch begins.
    static func files(in text: UnsafeRawBufferPointer) -> [CodexPatch] {
        var files: [CodexPatch] = []
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            guard let first = line.first else { continue }
            if first == UInt8(ascii: "*") {
                if let file = header(line) {
                    files.append(file)
                } else if let target = rest(line, "*** Move to: "), !files.isEmpty {
                    files[files.count - 1].movedTo = target
                }
            } else if !files.isEmpty {
                if first == UInt8(ascii: "+") { files[files.count - 1].added += 1 }
                if first == UInt8(ascii: "-") { files[files.count - 1].removed += 1 }
            }
        }
        return files
    }

    /// The entries of `patch_apply_end.changes`.
    static func files(inChanges changes: JSONValue?) -> [CodexPatch] {
        guard let changes else { return [] }
        var files: [CodexPatch] = []
        for (name, change) in changes.members {
            guard let path = name.nonEmptyString else { continue }
            let type = change["type"]
            var file = CodexPatch(path: path, operation: .edit)
            if type?.equals("add") == true || change["add"] != nil {
                file.operation = .write
                file.added = lines(change["content"]?.bytes)
            } else if type?.equals("delete") == true || change["delete"] != nil {
                file.operation = .delete
                file.removed = lines(change["content"]?.bytes)
            } else {
                file.countDiff(change["unified_diff"]?.bytes)
                file.movedTo = change["move_path"]?.nonEmptyString
            }
            files.append(file)
        }
        return files
    }

    /// What was touched; a moved file is a deletion and a writing.
    func accesses(callID: String?, from ordinal: Int) -> [FileAccessFact] {
        var access = FileAccessFact(ordinal: ordinal, path: path, operation: operation)
        access.callID = callID
        access.linesAdded = added
        access.linesRemoved = removed
        guard let movedTo, movedTo != path else { return [access] }
        access.path = movedTo
        access.operation = .write
        var gone = FileAccessFact(ordinal: ordinal + 1, path: path, operation: .delete)
        gone.callID = callID
        return [access, gone]
    }

    private mutating func countDiff(_ diff: UnsafeRawBufferPointer?) {
        guard let diff else { return }
        for line in diff.split(separator: UInt8(ascii: "\n")) {
            if line.first == UInt8(ascii: "+") { added += 1 }
            if line.first == UInt8(ascii: "-") { removed += 1 }
        }
    }

    private static func header(_ line: Slice<UnsafeRawBufferPointer>) -> CodexPatch? {
        if let path = rest(line, "*** Update File: ") {
            return CodexPatch(path: path, operation: .edit)
        }
        if let path = rest(line, "*** Add File: ") {
            return CodexPatch(path: path, operation: .write)
        }
        if let path = rest(line, "*** Delete File: ") {
            return CodexPatch(path: path, operation: .delete)
        }
        return nil
    }

    private static func rest(_ line: Slice<UnsafeRawBufferPointer>, _ start: String) -> String? {
        guard line.starts(with: start.utf8), line.count > start.utf8.count else { return nil }
        let path = line.dropFirst(start.utf8.count)
        return String(decoding: path.last == 13 ? path.dropLast() : path, as: UTF8.self)
    }

    private static func lines(_ text: UnsafeRawBufferPointer?) -> Int64 {
        guard let text, let last = text.last else { return 0 }
        let ends = text.reduce(into: Int64(0)) { count, byte in
            if byte == UInt8(ascii: "\n") { count += 1 }
        }
        return last == UInt8(ascii: "\n") ? ends : ends + 1
    }

    func write(_ writer: inout StateWriter) {
        writer.text(path)
        writer.text(operation.rawValue)
        writer.optional(movedTo) { $0.text($1) }
        writer.signed(added)
        writer.signed(removed)
    }

    static func read(_ reader: inout StateReader) -> CodexPatch? {
        guard let path = reader.text(),
            let operation = reader.text().flatMap(FileOperation.init(rawValue:)),
            let movedTo = reader.optional({ $0.text() }),
            let added = reader.signed(), let removed = reader.signed()
        else { return nil }
        var file = CodexPatch(path: path, operation: operation)
        file.movedTo = movedTo
        file.added = added
        file.removed = removed
        return file
    }
}
