/// What was found for words before: whoever turns a page, or changes the order, asks for the same again.
struct MatchMemory {
    /// Rows that are kept, of all expressions together.
    private static let mostRows = 2 << 20
    private static let mostCounts = 256

    /// The latest last.
    private var matches: [(expression: String, rows: [Int32])] = []
    private var counts: [String: Int64] = [:]
    /// Messages when the first of the counts was made.
    private var messages = 0

    /// The catalog has changed, which had so many messages: what words find may be something else.
    mutating func changed(messages now: Int) {
        matches = []
        // A phrase weighs by the logarithm of its share, for which a hundredth is nothing.
        if now > messages + messages / 100 || now < messages {
            counts = [:]
            messages = now
        }
    }

    /// Nil for what is not known.
    mutating func rows(_ expression: String) -> [Int32]? {
        guard let index = matches.firstIndex(where: { $0.expression == expression }) else {
            return nil
        }
        matches.append(matches.remove(at: index))
        return matches.last?.rows
    }

    mutating func keep(_ rows: [Int32], of expression: String) {
        guard rows.count <= MatchMemory.mostRows else { return }
        matches.removeAll { $0.expression == expression }
        matches.append((expression, rows))
        var sum = matches.reduce(0) { $0 + $1.rows.count }
        while sum > MatchMemory.mostRows { sum -= matches.removeFirst().rows.count }
    }

    /// Nil for what is not known.
    func count(_ phrase: String) -> Int64? { counts[phrase] }

    mutating func keep(_ count: Int64, of phrase: String) {
        if counts.count >= MatchMemory.mostCounts { counts = [:] }
        counts[phrase] = count
    }
}
