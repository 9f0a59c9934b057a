/// What can be asked of rows, as `name:value` in a query and as `--name value` on a command line.
package enum FilterField: String, Sendable, Hashable, CaseIterable {
    case agent
    case owner
    case project
    case branch
    case session
    case title
    case tool
    case name
    case model
    case role
    case kind
    case language
    case path
    case file
    case command
    case cost
    case has
    case grade
    case outcome
    case integrity
    case rule
    case errorClass = "error_class"
    case program
    case host
    case duration
    case peak
    case pressure
    case speaker
    case tag
    case within

    /// The field of this name, or of another that people know it by; nil for none.
    package static func named(_ name: String) -> FilterField? {
        FilterField(rawValue: name) ?? others[name]
    }

    private static let others: [String: FilterField] = [
        "machine": .agent, "user": .owner, "is": .has, "lang": .language,
    ]

    /// What it asks, in a line for people.
    package var explanation: String {
        switch self {
        case .agent: "the agent (machine) that shipped it: ann@laptop"
        case .owner: "whose agent it is"
        case .project: "the project: ship"
        case .branch: "the session's git branch"
        case .session: "a session, by a unique beginning of its identifier; with its subagents"
        case .title: "a part of the session's title"
        case .tool:
            "what wrote the session (claude-code, codex, …), or the tool that was called (Bash)"
        case .name: "the tool that was called: Bash, mcp__*"
        case .model: "the model: claude-opus-*"
        case .role: "who speaks: user, assistant, system, tool"
        case .kind: "prompt, text, thinking, tool_use, tool_result, api_error, …"
        case .language: "the language of a text: en, de, zh"
        case .path: "a part of a call's path, command or pattern, or a glob of its path: src/**"
        case .file: "the same of its path only"
        case .command: "the same of its command only"
        case .cost: "dollars of the session: >1, <0.5"
        case .has: FilterProperty.allCases.map(\.rawValue).joined(separator: ", ")
        case .grade: "the session's grade: A, B, C, D, F"
        case .outcome:
            "what came of a call (success, error, denied, interrupted, none) or of its session "
                + "(completed, errored, abandoned, unknown)"
        case .integrity: "of the session's records: ok, recovered, unknown, malformed"
        case .rule: "a rule that found something: aws-access-key"
        case .errorClass: "what went wrong in a call: timeout, file_not_found, …"
        case .program: "what a shell's command runs, its first two words: git commit"
        case .host: "the first host that a call to the network names"
        case .duration: "how long a call took: >10m, <500ms"
        case .peak: "tokens of the session's greatest context: >=100000"
        case .pressure: "the same as a share of the model's window: >=0.8"
        case .speaker: "who says it: an owner, or a model"
        case .tag:
            "by the classic rules: \(TagFilter.allCases.map { "\($0.rawValue)/…" }.joined(separator: ", "))"
        case .within: "fields that its session has, in quotes: within:\"model:opus has:error\""
        }
    }

    /// Whether it has few values, of which several may be asked for, with commas between them.
    var isEnumerated: Bool {
        [.kind, .role, .grade, .outcome, .integrity, .errorClass].contains(self)
    }

    /// Whether it asks a session the same as a row of the session.
    package var isOfSessions: Bool {
        switch self {
        case .agent, .owner, .project, .branch, .session, .title, .cost, .grade, .integrity, .peak,
            .pressure, .within:
            true
        default: false
        }
    }
}
