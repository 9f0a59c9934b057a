import Catalog
import Core

/// Matches as lines of a terminal, by session.
struct SearchView {
    let output: CommandOutput

    /// Matches of one session together where the first of them stands.
    static func neighbours(_ hits: [SearchHit]) -> [[SearchHit]] {
        var order: [Int64?] = []
        var groups: [Int64?: [SearchHit]] = [:]
        for hit in hits {
            if groups[hit.session] == nil { order.append(hit.session) }
            groups[hit.session, default: []].append(hit)
        }
        return order.map { groups[$0] ?? [] }
    }

    func show(_ group: SearchGroup) {
        let count = AmountText.counted(group.count, "match")
        head(group.hits.first, [count])
        for hit in group.hits { line(hit) }
        if group.count > Int64(group.hits.count), let short = group.hits.first?.short {
            let rest = AmountText.grouped(group.count - Int64(group.hits.count))
            output.line(output.styled("  … \(rest) more: --session \(short)", .dim))
        }
        output.line("")
    }

    func show(_ hits: [SearchHit]) {
        head(hits.first, [])
        for hit in hits { line(hit) }
        output.line("")
    }

    func foot(_ text: String) { output.line(output.styled(text, .dim)) }

    private func head(_ hit: SearchHit?, _ more: [String]) {
        guard let hit else { return }
        let name = TerminalText.line(hit.short ?? hit.sessionID ?? "(no session)")
        let facts =
            [hit.title, hit.project, hit.machine].compactMap { $0 }
            .map { AmountText.short($0, 60) } + more
        let room = output.width.map { max(20, $0 - DisplayWidth.of(name) - 2) } ?? 300
        output.line(
            output.styled(name, .bold) + "  "
                + DisplayWidth.cut(facts.joined(separator: " · "), to: room)
        )
    }

    private func line(_ hit: SearchHit) {
        let what = hit.kind.hasPrefix("tool") ? hit.name ?? hit.kind : hit.kind
        let kind = DisplayWidth.padded(AmountText.short(what, 12), to: 12)
        let head = "  \(output.minute(hit.timestamp))  \(kind)  "
        output.line(output.styled(head, .dim) + marked(hit.snippet, room: DisplayWidth.of(head)))
    }

    /// The snippet on one line, with what was found in a colour; on a narrow terminal what stands around the first
    /// place is kept.
    private func marked(_ snippet: String, room: Int) -> String {
        let pieces = SearchView.pieces(snippet)
        let width = output.width.map { max(30, $0 - room) } ?? .max
        var before = pieces.prefix { !$0.isFound }.map(\.text).joined()
        let rest = pieces.drop { !$0.isFound }
        let found = DisplayWidth.of(rest.first?.text ?? "")
        let most = max(
            width / 3,
            width - found - DisplayWidth.of(rest.dropFirst().map(\.text).joined())
        )
        if !rest.isEmpty, DisplayWidth.of(before) > most {
            var tail = before[...]
            while DisplayWidth.of(tail) >= most, !tail.isEmpty { tail = tail.dropFirst() }
            before = "…" + tail
        }
        var out = ""
        var left = width
        for piece in [(isFound: false, text: before)] + rest {
            let text = DisplayWidth.cut(piece.text, to: left)
            left = max(0, left - DisplayWidth.of(text))
            out += piece.isFound ? output.styled(text, .found) : text
        }
        return out
    }

    /// What stands between U+0002 and U+0003 was found.
    private static func pieces(_ snippet: String) -> [(isFound: Bool, text: String)] {
        var pieces: [(isFound: Bool, text: String)] = []
        for (index, part) in snippet.split(
            separator: "\u{2}",
            omittingEmptySubsequences: false
        ).enumerated() {
            guard index > 0, let end = part.firstIndex(of: "\u{3}") else {
                pieces.append((false, line(part)))
                continue
            }
            pieces.append((true, line(part[..<end])))
            pieces.append((false, line(part[end...])))
        }
        return pieces
    }

    private static func line(_ text: Substring) -> String {
        var out = ""
        for character in TerminalText.line(String(text.filter { $0 != "\u{2}" && $0 != "\u{3}" }))
        where character != " " || out.last != " " {
            out.append(character)
        }
        return out
    }
}
