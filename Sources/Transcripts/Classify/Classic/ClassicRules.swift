/// The texts of the classic rules, in their order, lower case.
///
/// Chains, ACE, SHL and keywords: ShearwaterAICAD (the full variant of its chains). Project tags and message
/// types: AI-Agent-Host's batch parser. Task categories: claude-code-conversation-analytics.
enum ClassicRules {
    static let ruleset = "classic"

    static let chains: [(name: String, keywords: [String])] = [
        ("photo_capture", ["photo", "image", "camera", "capture", "upload", "scan"]),
        ("reconstruction", ["nerf", "gaussian", "mesh", "3d model", "reconstruction", "training"]),
        ("quality_assessment", ["quality", "f1 score", "artifacts", "accuracy", "validation"]),
        ("unity_integration", ["unity", "gameobject", "import", "export", "lod", "material"]),
        ("token_optimization", ["token", "cost", "optimization", "efficiency", "budget"]),
        ("system_architecture", ["architecture", "design", "framework", "pattern", "strategy"]),
        ("agent_collaboration", ["agent", "collaboration", "coordination", "handshake", "sync"]),
        ("data_management", ["database", "storage", "persistence", "cache", "index"]),
        ("ui_ux", ["ui", "ux", "interface", "user", "display", "interaction"]),
        ("testing_validation", ["test", "validation", "qa", "benchmark", "metrics"]),
    ]
    static let defaultChain = "system_architecture"

    static let strategic = [
        "architecture", "design decision", "framework", "strategy", "long-term",
    ]
    static let consulting = ["should we", "what do you think", "consensus", "review needed"]

    /// A tag is set when one of its words stands alone (`\b…\b`) or one of its phrases stands anywhere.
    static let shl: [(tag: String, words: [String], phrases: [String])] = [
        ("@Status-Ready", ["ready", "complete", "done", "finished", "approved"], []),
        ("@Status-Blocked", ["blocked", "waiting", "issue", "problem", "error"], []),
        ("@Decision-Made", ["decided", "approved", "finalized", "confirmed"], []),
        ("@Question-Open", [], ["?", "how should", "which", "what if"]),
        ("@Action-Required", ["todo", "fixme", "implement", "build", "create"], []),
    ]

    /// What is counted for a project's tag.
    enum ProjectPattern {
        case text(String)
        /// Texts with at most one character between them, but a newline (`.?`).
        case close([String])
        /// The second somewhere behind the first on its line (`.*`).
        case line(String, String)
    }

    static let projects: [(name: String, patterns: [ProjectPattern])] = [
        (
            "ai-agent-host",
            [
                .close(["ai", "agent", "host"]), .close(["claude", "code"]), .text("questdb"),
                .text("grafana"), .line("docker", "stack"), .line("agentic", "environment"),
            ]
        ),
        (
            "python",
            [
                .text("python"), .text(".py"), .text("pip"), .text("conda"), .text("jupyter"),
                .text("pandas"), .text("numpy"), .text("matplotlib"),
            ]
        ),
        (
            "docker",
            [
                .text("docker"), .text("container"), .text("compose"), .text("dockerfile"),
                .line("image", "build"), .line("docker", "run"),
            ]
        ),
        (
            "database",
            [
                .text("questdb"), .text("sql"), .text("schema"), .text("table"), .text("query"),
                .text("database"), .close(["time", "series"]),
            ]
        ),
    ]

    /// The first category with a match; each match is texts in their order with anything between (`%`).
    static let tasks: [(name: String, matches: [[String]])] = [
        ("bug_fix", [["fix"], ["bug"], ["error"], ["issue"], ["broken"], ["not working"]]),
        (
            "feature",
            [["add", "feature"], ["implement"], ["create"], ["build"], ["new", "function"]]
        ),
        ("refactor", [["refactor"], ["clean up"], ["improve"], ["optimize"], ["restructure"]]),
        ("testing", [["test"], ["spec"], ["coverage"], ["assert"]]),
        ("documentation", [["document"], ["readme"], ["comment"], ["explain"]]),
        ("review", [["review"], ["look at"], ["check"], ["what does"]]),
    ]
    static let defaultTask = "other"

    static let promptMarks: [StaticString] = ["> ", "$ ", "❯ ", "➜ "]
    static let answerMarks: [StaticString] = ["●", "I'll ", "Let me ", "✅", "❌"]
    /// "● Read(" is listed too, and never decides: its bullet is an answer's mark.
    static let toolMarks: [StaticString] = ["⎿", "Running: "]
}
