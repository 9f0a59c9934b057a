import Catalog
import Core
import SQL

/// How contexts fill, over many sessions.
enum ContextAnalysis {
    /// Upper bounds of the peaks' classes, in tokens.
    private static let classes: [Int64] = [
        10_000, 25_000, 50_000, 100_000, 150_000, 200_000, 500_000, 1_000_000,
    ]

    @Sendable
    static func write(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        Router.head(context, filter.span, &json)
        let sessions = try peaks(context, filter, &json)
        try measures(context, filter, sessions, &json)
        try compactions(context, filter, &json)
        try composition(context, filter, &json)
        try growth(context, filter, &json)
        let used = try context.reading { (catalog) throws(OperatorError) in
            try catalog.usage(filter)
        }
        let read = used.input + used.cacheRead + used.cacheWrite5m + used.cacheWrite1h
        json.number("output_ratio", used.output > 0 ? Double(read) / Double(used.output) : nil)
        NumberLinks(context, filter).write(NumberLinks.context, &json)
    }

    /// Peaks of the sessions and subagents whose last activity lies in the time.
    ///
    /// - Returns: those sessions.
    private static func peaks(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) -> Set<Int64> {
        let conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.listed(filter, withSubagents: true)
        }
        var sessions: Set<Int64> = []
        var peaks: [Int64] = []
        try context.forEach(
            """
            SELECT s.id, s.peak_context FROM sessions s \(conditions.from(.sessions))
            \(conditions.sql)
            """,
            conditions.values
        ) { row in
            sessions.insert(row.int(0))
            if let peak = row.optionalInt(1) { peaks.append(peak) }
        }
        json.number("sessions", peaks.count)
        json.array("peaks") { json in
            var from: Int64 = 0
            for bound in classes + [Int64.max] {
                json.object { json in
                    json.number("from", from)
                    json.number("to", bound == .max ? nil : bound)
                    json.number("sessions", peaks.count { $0 >= from && $0 < bound })
                }
                from = bound
            }
        }
        return sessions
    }

    /// The greatest pressure of each session, redundancy and efficiency at its last response.
    private static func measures(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ sessions: Set<Int64>,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var pressures: [Double] = []
        var redundancies: [Double] = []
        var efficiencies: [Double] = []
        // A session is as full as it ever was, whatever time is asked for.
        try context.forEach(PageQuestions.context, RowFilter(filter.terms)) { row in
            guard sessions.contains(row.session) else { return }
            if !row.isNull(0) { pressures.append(row.double(0)) }
            if !row.isNull(1) { redundancies.append(row.double(1) / 100) }
            if !row.isNull(2) { efficiencies.append(row.double(2) / 100) }
        }
        json.object("pressure") { json in
            json.number("green", pressures.count { $0 < 0.5 })
            json.number("amber", pressures.count { $0 >= 0.5 && $0 < 0.8 })
            json.number("red", pressures.count { $0 >= 0.8 })
        }
        json.object("redundancy") { json in
            json.number("p50", percentile(redundancies, 50))
            json.number("p90", percentile(redundancies, 90))
        }
        json.object("efficiency") { json in
            json.number("p50", percentile(efficiencies, 50))
            json.number("p10", percentile(efficiencies, 10))
        }
    }

    /// By nearest rank; nil of nothing.
    static func percentile<Number: Comparable>(_ values: [Number], _ percent: Int) -> Number? {
        var ranks = Ranks(values)
        return ranks.percentile(percent)
    }

    private static func compactions(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let rows = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(filter, of: "k")
        }
        try context.forEach(
            """
            SELECT COUNT(DISTINCT k.session), COUNT(*), SUM(k.trigger = 'auto'),
                SUM(k.trigger = 'manual') FROM compactions k \(rows.sql)
            """,
            rows.values
        ) { row in
            json.object("compactions") { json in
                json.number("sessions", row.int(0))
                json.number("total", row.int(1))
                json.number("automatic", row.int(2))
                json.number("manual", row.int(3))
            }
        }
    }

    /// What contexts are made of; tokens are estimated, four bytes each.
    private static func composition(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var parts: [String: Int64] = [:]
        try context.forEach(PageQuestions.composition, filter) { row in
            parts[row.text(0), default: 0] += row.int(1)
        }
        json.array("composition") { json in
            for (part, bytes) in parts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                json.object { json in
                    json.string("part", part)
                    json.number("bytes", bytes)
                    json.number("tokens", bytes / 4)
                }
            }
        }
    }

    private static func growth(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var growth: [Int64] = []
        try context.forEach(PageQuestions.growth, filter) { growth.append($0.int(0)) }
        json.object("growth_per_turn") { json in
            json.number("p50", percentile(growth, 50))
            json.number("p95", percentile(growth, 95))
        }
    }
}
