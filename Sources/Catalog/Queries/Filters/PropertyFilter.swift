import Core
import SQL

/// Filters by what a row has.
enum PropertyFilter {
    static func condition(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) throws(OperatorError) -> String {
        guard let property = FilterProperty(rawValue: term.value) else {
            throw FilterValue.unknown(term, FilterProperty.allCases.map(\.rawValue))
        }
        switch property {
        case .subagent:
            joins.insert(.session)
            return "s.lineage = 'subagent'"
        case .unpriced:
            joins.insert(.session)
            return "s.unpriced > 0"
        case .loop:
            joins.insert(.session)
            return "s.looping = 1"
        default: break
        }
        switch shape {
        case .sessions: return session(property)
        case .calls: return call(property, "x")
        case .messages where property == .retry: return "x.call IN (\(Repetition.calls("id")))"
        case .messages:
            if let own = message(property) { return own }
            joins.insert(.call)
            let ofCall = call(property, "c")
            switch property {
            case .error: return "x.kind = 'api_error' OR \(ofCall)"
            case .finding: return "\(finding("TRUE", "message", "x")) OR \(ofCall)"
            default: return ofCall
            }
        }
    }

    private static func session(_ property: FilterProperty) -> String {
        func some(_ table: String, _ condition: String) -> String {
            RowColumnFilter.some(table, condition)
        }
        return switch property {
        case .compaction: "s.compactions > 0"
        case .interruption: some("messages", "t.kind = 'interruption' AND t.retracted = 0")
        case .retry: "s.retries > 0"
        case .error: "s.tool_errors > 0 OR \(some("messages", "t.kind = 'api_error'"))"
        case .secret: some("findings", "t.kind = 'secret'")
        case .danger: some("findings", "t.kind = 'danger'")
        case .sensitive: some("findings", "t.kind = 'sensitive'")
        case .finding: "s.findings > 0"
        case .code: some("messages", "t.has_code = 1")
        case .paths: some("messages", "t.has_paths = 1")
        case .attachment: some("attachments", "TRUE")
        case .subagent, .unpriced, .loop: "FALSE"
        }
    }

    /// Nil for what its call tells.
    private static func message(_ property: FilterProperty) -> String? {
        switch property {
        case .secret: "x.has_secrets = 1"
        case .code: "x.has_code = 1"
        case .paths: "x.has_paths = 1"
        case .attachment:
            "EXISTS (SELECT 1 FROM attachments t WHERE t.session = x.session "
                + "AND t.entry = x.entry)"
        case .compaction:
            "x.kind = 'compact_summary' OR EXISTS (SELECT 1 FROM compactions t "
                + "WHERE t.session = x.session AND t.entry = x.entry)"
        case .interruption: Interruption.isInterrupted("x")
        default: nil
        }
    }

    private static func call(_ property: FilterProperty, _ call: String) -> String {
        switch property {
        case .error: "\(call).outcome \(CallOutcome.failed)"
        case .interruption: "\(call).outcome = 'interrupted'"
        case .retry: "\(call).row IN (\(Repetition.calls("row")))"
        case .danger: "\(call).danger IS NOT NULL"
        case .sensitive: "\(call).sensitive = 1"
        case .secret: finding("t.kind = 'secret'", "call", call)
        case .finding:
            "\(call).danger IS NOT NULL OR \(call).sensitive = 1 OR \(finding("TRUE", "call", call))"
        case .attachment: "EXISTS (SELECT 1 FROM attachments t WHERE t.call = \(call).id)"
        case .code, .paths, .subagent, .unpriced, .compaction, .loop: "FALSE"
        }
    }

    // MARK: Findings

    /// Rows that a rule found something in.
    static func rule(
        _ term: FilterTerm,
        _ shape: RowShape
    ) -> (sql: String, values: [SQLValue]) {
        let match = Conditions.matches("t.rule", term)
        let value = SQLValue.text(term.value)
        let calls = """
            SELECT COALESCE(t.call, f.call) FROM findings t
            LEFT JOIN file_access f ON f.id = t.access WHERE \(match)
            """
        switch shape {
        case .calls: return ("x.id IN (\(calls))", [value])
        case .messages:
            return (
                "x.id IN (SELECT t.message FROM findings t WHERE \(match)) OR x.call IN (\(calls))",
                [value, value]
            )
        case .sessions:
            return ("s.id IN (SELECT t.session FROM findings t WHERE \(match))", [value])
        }
    }

    private static func finding(_ condition: String, _ column: String, _ row: String) -> String {
        "EXISTS (SELECT 1 FROM findings t WHERE t.\(column) = \(row).id AND \(condition))"
    }
}
