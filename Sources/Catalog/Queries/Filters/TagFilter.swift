import Core
import SQL

/// Filters by what the classic rules say of a message, as `tag:tier/A`: which of its tags, then the tag.
enum TagFilter: String, CaseIterable {
    case domain
    case tier
    case task
    case type
    case project
    case status
    case keyword

    static func condition(
        _ term: FilterTerm,
        _ shape: RowShape
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let parts = term.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = TagFilter(rawValue: String(parts[0])) else {
            throw OperatorError(
                .usage,
                "\(TerminalText.line(term.text)) is unknown",
                remedy:
                    "Before a / stands one of \(allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let tag = FilterTerm(term.field, String(parts[1]))
        let condition: String
        switch kind {
        case .domain: condition = Conditions.matches("t.domain_chain", tag)
        case .tier: condition = Conditions.matches("t.ace_tier", tag)
        case .task: condition = Conditions.matches("t.task_category", tag)
        case .type: condition = Conditions.matches("t.message_type", tag)
        case .project: condition = Conditions.matches("t.project_tag", tag)
        case .status: condition = "instr(' ' || t.shl || ' ', ' ' || ? || ' ') > 0"
        case .keyword:
            condition = "instr(keyword_lines(t.keywords), char(10) || ? || char(10)) > 0"
        }
        let values: [SQLValue] = [.text(tag.value)]
        switch shape {
        case .messages: return ("x.id IN (SELECT t.id FROM tags t WHERE \(condition))", values)
        case .sessions:
            return ("s.id IN (SELECT t.session FROM tags t WHERE \(condition))", values)
        case .calls:
            throw OperatorError(
                .usage,
                "calls have no tag",
                remedy: "search finds messages by it."
            )
        }
    }
}
