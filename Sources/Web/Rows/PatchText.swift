/// Patches as Codex writes them: `*** Begin Patch`, then for each file `*** Update File: PATH` (or Add, Delete) and
/// lines with " ", "-" or "+" before them, hunks beginning with "@@".
enum PatchText {
    static func diffs(_ text: String) -> [CallDiff] {
        var diffs: [CallDiff] = []
        var hunks: [LineDiff.Hunk] = []
        func end() {
            guard !diffs.isEmpty else { return }
            diffs[diffs.count - 1].diff = LineDiff(hunks: hunks.filter { !$0.lines.isEmpty })
            hunks = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let (operation, path) = head(line) {
                end()
                diffs.append(CallDiff(path: path, operation: operation, diff: LineDiff(hunks: [])))
            } else if line.hasPrefix("***") {
                continue
            } else if line.hasPrefix("@@") {
                hunks.append(blank)
            } else if let first = line.first, "+- ".contains(first), !diffs.isEmpty {
                if hunks.isEmpty { hunks.append(blank) }
                hunks[hunks.count - 1].lines.append(String(line))
                hunks[hunks.count - 1].oldLines += first == "+" ? 0 : 1
                hunks[hunks.count - 1].newLines += first == "-" ? 0 : 1
            }
        }
        end()
        return diffs
    }

    /// Where a hunk stands in its file is not told.
    private static let blank = LineDiff.Hunk(
        oldStart: 1,
        oldLines: 0,
        newStart: 1,
        newLines: 0,
        lines: []
    )

    private static func head(_ line: Substring) -> (String, String)? {
        for (mark, operation) in [
            ("*** Update File: ", "edit"), ("*** Add File: ", "create"),
            ("*** Delete File: ", "delete"),
        ] where line.hasPrefix(mark) {
            return (operation, String(line.dropFirst(mark.count)))
        }
        return nil
    }
}
