import SQL

/// The pieces of the statements for a search.
struct SearchParts {
    let shape: RowShape
    /// What the index of words is asked; nil when filters alone decide.
    let expression: String?
    /// The text that a path, a command or a pattern has to have, for what is shown of calls.
    let fragment: FilterTerm?
    let order: SearchRequest.Order
    private(set) var conditions: Conditions

    init(_ request: SearchRequest, _ conditions: Conditions, _ shape: RowShape) {
        let query = request.query
        self.shape = shape
        self.conditions = conditions
        expression = query.words.expression
        fragment =
            shape == .calls
            ? query.filter.terms.first { !$0.isNegated && CallFilter.expression($0) != nil } : nil
        if expression == nil {
            if let unwanted = query.words.unwantedExpression {
                self.conditions.add(
                    "x.row NOT IN (SELECT rowid FROM words WHERE words MATCH ?)",
                    [.text(unwanted)]
                )
            }
        }
        let isRanked = expression != nil
        let wanted = request.order ?? request.after?.order ?? (isRanked ? .rank : .newest)
        order = wanted == .rank && !isRanked ? .newest : wanted
        if shape == .messages { self.conditions.add("x.retracted = 0") }
        // A result without its call is none.
        if shape == .calls { self.conditions.add("x.name IS NOT NULL") }
    }

    /// The match of the index, and the table beside it.
    private var source: (sql: String, values: [SQLValue]) {
        guard let expression else { return (shape.table, []) }
        return ("words JOIN \(shape.table) ON x.row = words.rowid", [.text(expression)])
    }

    /// FROM and WHERE; `more` are joined besides what the conditions need.
    func from(
        _ more: Set<RowShape.Join>,
        _ extra: Conditions = Conditions()
    ) -> (sql: String, values: [SQLValue]) {
        var all = Conditions(expression != nil ? "words MATCH ?" : nil, source.values)
        all.add(conditions)
        all.add(extra)
        let joins = conditions.from(shape, and: more)
        return ("FROM \(source.sql) \(joins) \(all.sql)", all.values)
    }

    /// The same of the table alone, whatever the index says.
    func from(alone extra: Conditions) -> (sql: String, values: [SQLValue]) {
        var all = extra
        all.add(conditions)
        return ("FROM \(shape.table) \(conditions.from(shape)) \(all.sql)", all.values)
    }

    var score: String { order == .rank ? "words.rank" : "0.0" }
    static let time = "COALESCE(x.timestamp, -9223372036854775808)"

    /// The rows of a page, as `place`, `time` and `score`, in the order of the search.
    func found(
        behind cursor: SearchCursor?,
        _ extra: Conditions?
    ) -> (sql: String, values: [SQLValue]) {
        let (place, time) = ("x.row", SearchParts.time)
        var all = extra ?? Conditions()
        if let cursor { all.add(behind(cursor, place)) }
        let (from, values) = self.from([], all)
        let ordering =
            switch order {
            case .rank: "\(score), \(place) DESC"
            case .newest: "\(time) DESC, \(place) DESC"
            case .oldest: "\(time), \(place)"
            }
        return (
            """
            SELECT \(place) AS place, \(time) AS time, \(score) AS score
            \(from) ORDER BY \(ordering) LIMIT ? OFFSET ?
            """, values
        )
    }

    private func behind(_ cursor: SearchCursor, _ place: String) -> Conditions {
        let time = SearchParts.time
        let row = SQLValue.integer(cursor.row)
        let last: [SQLValue] = [.integer(cursor.time), row]
        switch order {
        case .newest: return Conditions("(\(time), \(place)) < (?, ?)", last)
        case .oldest: return Conditions("(\(time), \(place)) > (?, ?)", last)
        case .rank:
            return Conditions(
                "(\(score) > ? OR \(score) = ? AND \(place) < ?)",
                [.real(cursor.score), .real(cursor.score), row]
            )
        }
    }

    /// The same of what was found: `f`.
    var foundOrdering: String {
        switch order {
        case .rank: "f.score, f.place DESC"
        case .newest: "f.time DESC, f.place DESC"
        case .oldest: "f.time, f.place"
        }
    }

    /// Columns of a hit.
    var columns: String {
        let (role, kind, name, call) =
            shape == .calls
            ? ("'assistant'", "'tool_use'", "x.name", "x.id")
            : ("x.role", "x.kind", "c.name", "x.call")
        return """
            x.id, x.session, s.session, s.project,
            s.git_branch, a.name, x.tool, \(role), \(kind), \(name), x.model, x.timestamp,
            \(call)
            """
    }
}
