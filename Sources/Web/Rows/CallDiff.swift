import Core

/// What a call did to a file, line by line.
struct CallDiff: Sendable, Hashable {
    var path: String
    /// "edit", "write", "create", "delete".
    var operation: String
    var diff: LineDiff
    /// Whether something was left out.
    var isTruncated = false

    /// Lines of all hunks that are told.
    private static let lines = 4000

    func write(_ json: inout JSONBuffer) {
        var left = CallDiff.lines
        var isCut = isTruncated
        json.string("path", path)
        json.string("operation", operation)
        json.array("hunks") { json in
            for hunk in diff.hunks where left > 0 {
                json.object { json in
                    json.number("old_start", hunk.oldStart)
                    json.number("old_lines", hunk.oldLines)
                    json.number("new_start", hunk.newStart)
                    json.number("new_lines", hunk.newLines)
                    json.array("lines") { json in
                        for line in hunk.lines.prefix(left) {
                            let (text, wasCut) = ItemRows.cut(line, 4000)
                            json.string(nil, text)
                            isCut = isCut || wasCut
                        }
                    }
                }
                if hunk.lines.count > left { isCut = true }
                left -= hunk.lines.count
            }
        }
        json.bool("truncated", isCut || left < 0)
    }

    // MARK: From what stands in records

    /// What the result says that it did (Claude Code's `toolUseResult`); nil where it says nothing of lines.
    static func result(_ record: JSONTree) -> [CallDiff]? {
        guard let result = record["toolUseResult"], let path = result["filePath"]?.text,
            let patch = result["structuredPatch"]?.list
        else { return nil }
        if patch.isEmpty, let content = result["content"]?.text {
            let diff = LineDiff(old: "", new: content)
            return [CallDiff(path: path, operation: "create", diff: diff)]
        }
        let hunks = patch.map { hunk in
            LineDiff.Hunk(
                oldStart: number(hunk["oldStart"]),
                oldLines: number(hunk["oldLines"]),
                newStart: number(hunk["newStart"]),
                newLines: number(hunk["newLines"]),
                lines: hunk["lines"]?.list?.compactMap(\.text) ?? []
            )
        }
        let operation = result["type"]?.text == "create" ? "create" : "edit"
        return [CallDiff(path: path, operation: operation, diff: LineDiff(hunks: hunks))]
    }

    private static func number(_ value: JSONTree?) -> Int {
        Int(clamping: Int64(exactly: (value?.number ?? 0).rounded()) ?? 0)
    }

    /// What the input asks for.
    static func input(_ text: String, path: String?) -> [CallDiff] {
        if text.contains("*** Begin Patch") { return PatchText.diffs(text) }
        guard let input = JSONTree(Array(text.utf8)) else { return [] }
        if let patch = input["input"]?.text ?? input["patch"]?.text,
            patch.contains("*** Begin Patch")
        {
            return PatchText.diffs(patch)
        }
        let names = ["file_path", "filePath", "notebook_path", "path", "absolute_path"]
        let path = path ?? names.compactMap { input[$0]?.text }.first ?? ""
        func edit(_ value: JSONTree) -> CallDiff? {
            let old =
                value["old_string"]?.text ?? value["oldString"]?.text ?? value["old_str"]?.text
            let new =
                value["new_string"]?.text ?? value["newString"]?.text ?? value["new_str"]?.text
            guard old != nil || new != nil else { return nil }
            return CallDiff(
                path: path,
                operation: "edit",
                diff: LineDiff(old: old ?? "", new: new ?? "")
            )
        }
        if let edits = input["edits"]?.list { return edits.compactMap(edit) }
        if let one = edit(input) { return [one] }
        guard let content = input["content"]?.text ?? input["file_text"]?.text, !path.isEmpty else {
            return []
        }
        return [CallDiff(path: path, operation: "write", diff: LineDiff(old: "", new: content))]
    }
}
