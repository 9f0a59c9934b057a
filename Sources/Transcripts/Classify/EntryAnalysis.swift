/// What was found in the facts of one entry; each list answers to the facts of its kind, in their order.
package struct EntryAnalysis: Sendable, Hashable {
    package var messages: [MessageAnalysis] = []
    package var calls: [CallAnalysis] = []
    package var accesses: [AccessAnalysis] = []

    package init() {}
}

/// What was found in a message's text.
package struct MessageAnalysis: Sendable, Hashable {
    /// ISO 639-1; nil when the text is too short or unlike any that is known.
    package var language: String?
    package var hasCode = false
    package var hasPaths = false
    package var findings: [Finding] = []
    /// Of prompts and answers only.
    package var tags: TagSet?

    package init() {}
}

/// What was found in a tool call.
package struct CallAnalysis: Sendable, Hashable {
    /// "file_operations", "shell", "search", "agent", "planning", "network", "interaction", "mcp", "other".
    package var category: String
    package var isSensitive = false
    package var touchesSystemFiles = false
    /// Whether one of them was written, deleted or given other rights.
    package var changesSystemFiles = false
    package var usesNetwork = false
    /// The gravest class of dangerous command ("recursive_delete", "force_push" …).
    package var danger: String?
    package var findings: [Finding] = []

    package init(category: String) { self.category = category }
}

/// What a path tells of a file.
package struct AccessAnalysis: Sendable, Hashable {
    package var isSensitive = false
    /// Lower case, without the dot.
    package var fileExtension: String?
    /// "javascript", "python", "config" …: the file type categories of the classic rules.
    package var contentType: String?
    package var findings: [Finding] = []

    package init() {}
}

/// A secret, a dangerous command or an access to a sensitive file.
package struct Finding: Sendable, Hashable {
    /// What was found.
    package enum Kind: String, Sendable, Hashable { case secret, danger, sensitive }
    /// How grave it is.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        case critical, high, medium, low
    }
    /// Whether a format tells it, or only its looks.
    package enum Confidence: String, Sendable, Hashable { case definite, candidate }

    package var kind: Kind
    package var rule: String
    package var severity: Severity
    package var confidence: Confidence
    /// What may be shown: of a secret its first characters and its length, never the whole.
    package var masked: String
    /// The value itself, of which the catalog keeps a keyed hash only; nil for what is no secret.
    package var value: String?
    /// Bytes of the UTF-8 text in which it was found.
    package var range: Range<Int>

    package init(
        kind: Kind,
        rule: String,
        severity: Severity,
        confidence: Confidence,
        masked: String,
        value: String? = nil,
        range: Range<Int>
    ) {
        self.kind = kind
        self.rule = rule
        self.severity = severity
        self.confidence = confidence
        self.masked = masked
        self.value = value
        self.range = range
    }
}

/// The classic classification of a text.
package struct TagSet: Sendable, Hashable {
    package var domainChain: String
    /// "A", "C" or "E".
    package var aceTier: String
    /// "@Status-Ready" …, with "@Chain-<chain>" last.
    package var shl: [String]
    /// At most 10, sorted.
    package var keywords: [String]
    package var messageType: String
    package var projectTag: String?
    package var taskCategory: String?

    package init(
        domainChain: String,
        aceTier: String,
        shl: [String],
        keywords: [String],
        messageType: String,
        projectTag: String?,
        taskCategory: String?
    ) {
        self.domainChain = domainChain
        self.aceTier = aceTier
        self.shl = shl
        self.keywords = keywords
        self.messageType = messageType
        self.projectTag = projectTag
        self.taskCategory = taskCategory
    }
}

extension Finding.Severity: Comparable {
    private var rank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .medium: 2
        case .low: 3
        }
    }

    /// The gravest first.
    package static func < (a: Finding.Severity, b: Finding.Severity) -> Bool { a.rank < b.rank }
}
