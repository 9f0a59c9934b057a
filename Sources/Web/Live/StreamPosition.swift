/// A place in the stream: a record's `seq`, and the numbering that it is of, as "5f3a9c01-81234".
///
/// A catalog that was made anew numbers its records anew: a `seq` of another numbering says nothing.
struct StreamPosition: Sendable, Hashable {
    /// Nil for whichever there is.
    var series: String?
    var seq: Int64

    init(series: String?, seq: Int64) {
        self.series = series
        self.seq = seq
    }

    /// Nil for what is no place; the series may be missing.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let last = parts.last, let seq = Int64(last), seq >= 0,
            parts.count == 1 || !parts[0].isEmpty
        else { return nil }
        self.init(series: parts.count == 2 ? String(parts[0]) : nil, seq: seq)
    }

    var text: String { (series.map { $0 + "-" } ?? "") + String(seq) }
}
