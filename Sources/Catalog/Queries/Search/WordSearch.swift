import Core
import SQL

/// A search for words with filters that ask of sessions and of the time alone: the index says which messages have the
/// words, a `MessageMap` which of them are wanted, and only what is shown is looked up.
struct WordSearch {
    /// A session with matches.
    struct Group {
        var session: Int64?
        var count: Int64
        /// Some of them, in the order of the search.
        var places: [SearchCursor] = []
    }

    /// Slices that are ranked for one page, which may be a short one then: each takes as long as a common word has
    /// matches in it, however few of them are wanted.
    private static let slices = 3

    private let request: SearchRequest
    private let expression: String
    private let map: MessageMap
    private let order: SearchRequest.Order
    private let places: MessageMap.Places
    private let wanted: Wanted
    /// Messages with the words, wanted or not.
    private var matched = 0
    /// Whether there are too many matches to rank them all.
    private var isFrequent: Bool { matched > request.many }
    /// What was found, row by row; nothing has a score where not all are ranked.
    private var found: [Int32] = []
    private var scores: [Double] = []

    /// Matches that are wanted.
    var total: Int64 { Int64(found.count) }

    /// Nil for what is found in another way.
    init?(
        _ reader: CatalogReader,
        _ request: SearchRequest,
        _ parts: SearchParts
    ) throws(OperatorError) {
        guard let words = parts.expression,
            request.query.filter.terms.allSatisfy({ WordSearch.ofSessions.contains($0.field) })
        else { return nil }
        // A map that nobody uses again is made for frequent words only.
        if reader.messageMap == nil {
            guard try WordSearch.isFrequent(words, request.many, reader) else { return nil }
        }
        map = reader.messageMap ?? MessageMap()
        reader.messageMap = map
        places = try map.places(reader)
        self.request = request
        expression = words
        order = parts.order
        wanted = try Wanted(reader, request.query.filter, parts, places)
        try find(reader)
    }

    private static func isFrequent(
        _ words: String,
        _ many: Int64,
        _ reader: CatalogReader
    ) throws(OperatorError) -> Bool {
        let count = try reader.rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
            [.text(words), .integer(many + 1)]
        ) { $0.int(0) }
        return count.first ?? 0 > many
    }

    /// Fields that are the same for all messages of a session.
    private static let ofSessions: Set<FilterField> = [
        .owner, .project, .branch, .title, .session, .cost,
    ]

    private mutating func find(_ reader: CatalogReader) throws(OperatorError) {
        let all = try map.rows(matching: expression, reader)
        matched = all.count
        found = all.filter { wanted.has(Int($0), places) }
        guard order == .rank, !isFrequent else { return }
        var rows: [Int32] = []
        var scores: [Double] = []
        try reader.forEach(
            "SELECT rowid, rank FROM words WHERE words MATCH ?",
            [.text(expression)]
        ) { row in
            let number = Int(row.int(0))
            guard wanted.has(number, places) else { return }
            rows.append(Int32(truncatingIfNeeded: number))
            scores.append(row.double(1))
        }
        (found, self.scores) = (rows, scores)
    }

    private func place(_ index: Int) -> SearchCursor {
        let row = Int(found[index])
        return SearchCursor(
            order: order,
            score: scores.isEmpty ? 0 : scores[index],
            time: places.time[row],
            row: Int64(row)
        )
    }

    // MARK: Matches

    /// A page of matches, behind the request's cursor and offset.
    func page(
        _ reader: CatalogReader
    ) throws(OperatorError) -> (places: [SearchCursor], total: Int64, next: SearchCursor?) {
        var shown = WordSearch.foremost(request.offset + request.limit + 1)
        var isMore = false
        if order == .rank, isFrequent {
            isMore = try rank(reader, &shown)
        } else {
            // From where the foremost are likely to be.
            for index in found.indices.reversed() {
                let place = place(index)
                if isBehindCursor(place) { shown.take(place) }
            }
        }
        var page = Array(shown.elements.dropFirst(request.offset))
        if page.count > request.limit {
            page.removeLast(page.count - request.limit)
            isMore = true
        }
        return (page, total, isMore ? page.last : nil)
    }

    /// The best of the newest messages, then those of the ones before them; true when there are more.
    private func rank(
        _ reader: CatalogReader,
        _ shown: inout Foremost<SearchCursor>
    ) throws(OperatorError) -> Bool {
        let size = request.slice
        let weights = try weights(reader)
        var end = request.after.map { ($0.row / size + 1) * size } ?? .max
        var ranked = 0
        while let last = last(before: end) {
            guard shown.elements.count < shown.limit,
                ranked < WordSearch.slices || request.offset > 0
            else { return true }
            let first = last / size * size
            // The cursor is of the first slice.
            let isOfCursor = request.after.map { $0.row / size == first / size } ?? false
            var slice = WordSearch.foremost(shown.limit - shown.elements.count)
            try reader.forEach(
                """
                SELECT rowid, \(weights.sql) FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?
                """,
                weights.values + [
                    .text(expression), .integer(first), .integer(first + size - 1),
                ]
            ) { row in
                let number = Int(row.int(0))
                guard wanted.has(number, places) else { return }
                let place = SearchCursor(
                    order: .rank,
                    score: row.double(1),
                    time: places.time[number],
                    row: Int64(number)
                )
                if !isOfCursor || isBehindCursor(place) { slice.take(place) }
            }
            shown.append(slice)
            end = first
            ranked += 1
        }
        return false
    }

    /// What makes a match's score: of phrases whose matches are known they need not be counted again for each slice.
    private func weights(
        _ reader: CatalogReader
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let phrases = request.query.words.phrases
        guard phrases.count <= Connection.weighablePhrases else { return ("rank", []) }
        let marks = phrases.map { _ in ", ?" }.joined()
        let counts = try phrases.map { (phrase) throws(OperatorError) in
            SQLValue.integer(
                phrases.count == 1 ? Int64(matched) : try map.count(of: phrase, reader)
            )
        }
        return ("weigh(words\(marks))", counts)
    }

    private static func foremost(_ limit: Int) -> Foremost<SearchCursor> {
        Foremost(limit) { $0.comes(before: $1) }
    }

    private func isBehindCursor(_ place: SearchCursor) -> Bool {
        request.after?.comes(before: place) ?? true
    }

    /// The last row that was found before that one.
    private func last(before end: Int64) -> Int64? {
        var (low, high) = (0, found.count)
        while low < high {
            let middle = (low + high) / 2
            if Int64(found[middle]) < end { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? Int64(found[low - 1]) : nil
    }

    // MARK: Sessions

    /// A page of the sessions with matches; those of frequent words are not ranked and come newest first.
    func groups(
        _ reader: CatalogReader,
        few: Int
    ) throws(OperatorError) -> (groups: [Group], sessions: Int64, total: Int64) {
        let order = self.order == .rank && isFrequent ? SearchRequest.Order.newest : self.order
        var counts = [Int64](repeating: 0, count: places.sessions.count)
        var best = [SearchCursor?](repeating: nil, count: places.sessions.count)
        func ordered(_ index: Int) -> SearchCursor {
            var place = place(index)
            place.order = order
            return place
        }
        for index in found.indices {
            let session = Int(places.session[Int(found[index])])
            counts[session] += 1
            let place = ordered(index)
            if let known = best[session], !place.comes(before: known) { continue }
            best[session] = place
        }
        let sessions = counts.indices.filter { counts[$0] > 0 }.sorted {
            WordSearch.comes($0, before: $1, best, places)
        }
        let shown = sessions.dropFirst(request.offset).prefix(request.limit)
        var foremost = Dictionary(
            uniqueKeysWithValues: shown.map { ($0, WordSearch.foremost(few)) }
        )
        for index in found.indices.reversed() {
            let session = Int(places.session[Int(found[index])])
            foremost[session]?.take(ordered(index))
        }
        let groups = shown.map { session in
            Group(
                session: places.sessions[session],
                count: counts[session],
                places: foremost[session]?.elements ?? []
            )
        }
        return (groups, Int64(sessions.count), total)
    }

    private static func comes(
        _ one: Int,
        before other: Int,
        _ best: [SearchCursor?],
        _ places: MessageMap.Places
    ) -> Bool {
        guard let first = best[one], let second = best[other] else { return false }
        if first.isEqual(second) {
            return places.sessions[one] ?? .min < places.sessions[other] ?? .min
        }
        return first.comes(before: second)
    }
}

extension WordSearch {
    /// Which messages the filters let through.
    private struct Wanted {
        /// By a session's number; nil for all.
        private var sessions: [Bool]?
        /// Of no session.
        private var others: Set<Int> = []
        private let since: Int64
        private let until: Int64
        private let isTimed: Bool

        init(
            _ reader: CatalogReader,
            _ filter: RowFilter,
            _ parts: SearchParts,
            _ places: MessageMap.Places
        ) throws(OperatorError) {
            since = filter.span.since?.nanoseconds ?? .min
            until = filter.span.until?.nanoseconds ?? .max
            isTimed = filter.span != TimeSpan()
            guard !filter.terms.isEmpty else { return }
            var wanted = [Bool](repeating: false, count: places.sessions.count)
            let conditions = try reader.conditions(RowFilter(filter.terms), .sessions)
            try reader.forEach(
                """
                SELECT s.id FROM sessions s \(conditions.from(.sessions, and: [.owner]))
                \(conditions.sql)
                """,
                conditions.values
            ) { row in
                if let number = places.number(of: row.int(0)) { wanted[number] = true }
            }
            sessions = wanted
            let (from, values) = parts.from(alone: Conditions("x.session IS NULL"))
            others = Set(try reader.rows("SELECT x.row \(from)", values) { Int($0.int(0)) })
        }

        func has(_ row: Int, _ places: MessageMap.Places) -> Bool {
            guard places.has(row) else { return false }
            if isTimed {
                let time = places.time[row]
                guard time != .min, time >= since, time < until else { return false }
            }
            guard let sessions else { return true }
            let session = places.session[row]
            return session == MessageMap.Places.none ? others.contains(row) : sessions[Int(session)]
        }
    }
}

extension SearchCursor {
    /// Whether a match stands before another in their order.
    fileprivate func comes(before other: SearchCursor) -> Bool {
        switch order {
        case .rank:
            score != other.score ? score < other.score : row > other.row
        case .newest: time != other.time ? time > other.time : row > other.row
        case .oldest: time != other.time ? time < other.time : row < other.row
        }
    }

    /// Whether nothing but the row tells them apart.
    fileprivate func isEqual(_ other: SearchCursor) -> Bool {
        order == .rank ? score == other.score : time == other.time
    }
}
