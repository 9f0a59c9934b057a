/// A column of what consumers get.
package struct FeedColumn: Hashable, Sendable {
    /// What its values are, beside NULL where `isOptional`.
    package enum Kind: String, Sendable, CaseIterable {
        /// A row's identifier, as a decimal text: 64 bits are more than a number of JavaScript holds.
        case identifier
        case integer
        case real
        case text
        /// 0 or 1.
        case boolean
        /// Nanoseconds since 1970.
        case time
        /// Bytes, which are told in lower-case hexadecimal digits.
        case hexadecimal
    }

    package let name: String
    package let kind: Kind
    package let isOptional: Bool
    /// Whether it never changes while the row is there: what a backend may order and partition by.
    package let isConstant: Bool
    /// What it is, for people who create tables by hand.
    package let summary: String
    /// How it is computed, over `t` (the table), `a` (its agent), `o` (its owner) and `s` (its session).
    let expression: String
}

extension FeedColumn {
    /// Whether it is a text with few different values.
    package var isWord: Bool { kind == .text && FeedColumn.words.contains(name) }

    private static let words: Set<String> = [
        "agent", "machine", "owner", "tool", "role", "kind", "model", "language", "category",
        "mcp_server", "name", "outcome", "error_class", "result_type", "danger", "operation",
        "extension", "content_type", "pattern", "rule", "severity", "confidence", "ruleset",
        "domain_chain", "ace_tier", "message_type", "project_tag", "task_category", "media_type",
        "trigger", "project", "lineage", "agent_type", "grade", "integrity", "source",
        "digest_state", "status", "speed", "stop_reason", "price_version", "version",
    ]

    private static func make(
        _ name: String,
        _ kind: Kind,
        _ expression: String?,
        _ summary: String,
        optional: Bool = true,
        constant: Bool = false
    ) -> FeedColumn {
        FeedColumn(
            name: name,
            kind: kind,
            isOptional: optional,
            isConstant: constant,
            summary: summary,
            expression: expression ?? "t." + name
        )
    }

    static func identifier(_ name: String, _ summary: String, _ sql: String? = nil) -> FeedColumn {
        make(name, .identifier, sql, summary)
    }

    static func integer(_ name: String, _ summary: String, _ sql: String? = nil) -> FeedColumn {
        make(name, .integer, sql, summary)
    }

    static func real(_ name: String, _ summary: String) -> FeedColumn {
        make(name, .real, nil, summary)
    }

    static func text(_ name: String, _ summary: String, _ sql: String? = nil) -> FeedColumn {
        make(name, .text, sql, summary)
    }

    static func flag(_ name: String, _ summary: String) -> FeedColumn {
        make(name, .boolean, nil, summary)
    }

    static func time(_ name: String, _ summary: String, constant: Bool = false) -> FeedColumn {
        make(name, .time, nil, summary, constant: constant)
    }

    static func hexadecimal(_ name: String, _ summary: String) -> FeedColumn {
        make(name, .hexadecimal, nil, summary)
    }

    /// A column that is never NULL and never changes.
    static func constant(
        _ name: String,
        _ kind: Kind,
        _ summary: String,
        _ sql: String? = nil
    ) -> FeedColumn {
        make(name, kind, sql, summary, optional: false, constant: true)
    }
}
