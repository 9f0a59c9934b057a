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
        try peaks(context, filter, &json)
        try measures(context, filter, &json)
        try compactions(context, filter, &json)
        try composition(context, filter, &json)
        try growth(context, filter, &json)
        let used = try context.reading { (catalog) throws(OperatorError) in
            try catalog.usage(filter)
        }
        let read = used.input + used.cacheRead + used.cacheWrite5m + used.cacheWrite1h
        json.number("output_ratio", used.output > 0 ? Double(read) / Double(used.output) : nil)
    }

    private static func peaks(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(filter, .sessions)
        }
        conditions.add("s.peak_context IS NOT NULL")
        let peaks = try context.rows(
            "SELECT s.peak_context FROM sessions s \(conditions.from(.sessions)) \(conditions.sql)",
            conditions.values
        ) { $0.int(0) }
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
    }

    /// Pressure, redundancy and efficiency at the last response of each session.
    private static func measures(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var pressures: [Double] = []
        var redundancies: [Double] = []
        var efficiencies: [Double] = []
        try context.forEach(PageQuestions.context, filter) { row in
            if !row.isNull(1) { pressures.append(row.double(1)) }
            if !row.isNull(2) { redundancies.append(row.double(2) / 100) }
            if !row.isNull(3) { efficiencies.append(row.double(3) / 100) }
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
        let rows = try Router.source(context, "compactions k", filter)
        try context.forEach(
            """
            SELECT COUNT(DISTINCT k.session), COUNT(*), SUM(k.trigger = 'auto'),
                SUM(k.trigger = 'manual') \(rows.sql)
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
