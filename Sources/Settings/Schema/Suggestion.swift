/// Finds what someone meant to write.
enum Suggestion {
    /// `; did you mean "x"?` for the nearest of `candidates`, or a list of them when none is near.
    static func text(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: word, among: candidates) {
            return "; did you mean \(TOMLText.quoted(nearest))?"
        }
        return candidates.isEmpty ? "" : "; known are " + candidates.joined(separator: ", ")
    }

    /// The candidate with the fewest edits, if they are few for the length of the word.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let bound = max(1, min(word.utf8.count, 12) / 3)
        let ranked = candidates.map { (distance(word, $0), $0) }
        guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= bound else { return nil }
        return best.1
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
    /// (optimal string alignment), at most 1000 characters of each.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8.prefix(1000))
        let b = Array(b.utf8.prefix(1000))
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [Int](repeating: i + 1, count: b.count + 1)
            for j in 0..<b.count {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
