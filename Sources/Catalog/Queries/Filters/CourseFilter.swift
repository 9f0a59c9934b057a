import Core
import SQL
import Transcripts

/// Filters by how a session went, or what came of a call.
enum CourseFilter {
    static func condition(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let value = SQLValue.text(term.value)
        switch term.field {
        case .outcome where isOfCalls(term, shape): return ofCall(term, shape, &joins)
        case .grade: try FilterValue.check(term, ["A", "B", "C", "D", "F"])
        case .outcome:
            let known = SessionSignals.Outcome.allCases.map(\.rawValue)
            try FilterValue.check(term, CallOutcome.names + known)
        case .integrity: try FilterValue.check(term, ["ok", "recovered", "unknown", "malformed"])
        case .peak:
            joins.insert(.session)
            let (comparison, tokens) = try FilterValue.number(term, for: "peak:>=100000")
            return ("s.peak_context \(comparison) ?", [.real(tokens)])
        default:
            joins.insert(.session)
            let (comparison, share) = try FilterValue.number(term, for: "pressure:>=0.8")
            return ("\(pressure) \(comparison) ?", [.real(share)])
        }
        joins.insert(.session)
        return (Conditions.matches("s.\(term.field.rawValue)", term), [value])
    }

    /// How full the context of a session `s` was at its fullest; NULL where no window is known.
    static let pressure =
        "(SELECT MAX(k.pressure) FROM context_analysis k WHERE k.session = s.id)"

    /// A pattern asks sessions for theirs, and of anything else what came of its call.
    private static func isOfCalls(_ term: FilterTerm, _ shape: RowShape) -> Bool {
        term.isPattern ? shape != .sessions : CallOutcome.names.contains(term.value)
    }

    private static func ofCall(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) -> (sql: String, values: [SQLValue]) {
        func condition(_ call: String) -> String {
            let column = "\(call).outcome"
            guard term.value == CallOutcome.none else { return Conditions.matches(column, term) }
            return "\(call).name IS NOT NULL AND \(column) IS NULL"
        }
        let values: [SQLValue] = term.value == CallOutcome.none ? [] : [.text(term.value)]
        switch shape {
        case .calls: return (condition("x"), values)
        case .messages:
            joins.insert(.call)
            return (condition("c"), values)
        case .sessions:
            let named = "t.name IS NOT NULL AND \(condition("t"))"
            return (RowColumnFilter.some("tool_usage", named), values)
        }
    }
}
