import Core
import Transcripts

/// Filters by what a row itself says; one parameter for each "?".
enum RowColumnFilter {
    static func condition(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) throws(OperatorError) -> String {
        switch term.field {
        case .kind: try FilterValue.check(term, MessageKind.allCases.map(\.rawValue))
        case .role: try FilterValue.check(term, ["user", "assistant", "system", "tool"])
        default: break
        }
        func match(_ column: String) -> String { Conditions.matches(column, term) }
        switch (term.field, shape) {
        case (.tool, .sessions):
            return "\(match("s.tool")) OR \(some("tool_usage", match("t.name")))"
        case (.tool, .messages):
            joins.insert(.call)
            return "\(match("x.tool")) OR \(match("c.name"))"
        case (.tool, .calls): return "\(match("x.tool")) OR \(match("x.name"))"
        case (.name, .sessions): return some("tool_usage", match("t.name"))
        case (.name, .messages):
            joins.insert(.call)
            return match("c.name")
        case (.name, .calls): return match("x.name")
        case (.model, .sessions): return some("responses", match("t.model"))
        case (.model, _): return match("x.model")
        case (.role, .messages): return match("x.role")
        case (.kind, .messages): return match("x.kind")
        case (.language, .messages): return match("x.language")
        case (.speaker, .messages):
            joins.insert(.owner)
            return "\(Speaker.isSpoken("x")) AND \(match(Speaker.name("x")))"
        // What a call takes is a message of the assistant's, of the kind "tool_use".
        case (.role, .calls): return match("'assistant'")
        case (.kind, .calls): return match("'tool_use'")
        default:
            throw OperatorError(
                .usage,
                "\(shape.noun) have no \(term.field.rawValue)",
                remedy: "search finds messages by it."
            )
        }
    }

    /// Some row of the session in a table, as `t`, meets the condition.
    static func some(_ table: String, _ condition: String) -> String {
        "EXISTS (SELECT 1 FROM \(table) t WHERE t.session = s.id AND \(condition))"
    }
}
