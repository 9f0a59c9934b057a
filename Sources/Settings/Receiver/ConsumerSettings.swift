import Core

/// `[consumer.NAME]` of the receiver: a system that rows are delivered to.
package struct ConsumerSettings: Sendable, Hashable {
    /// What the rows go into.
    package enum Backend: String, Sendable, CaseIterable {
        case jsonl
        case clickhouse
        case questdb
        case mongodb
        case postgresql
        case neo4j
        case parquet
        case webhook
        case exec
    }

    /// When rows go.
    package enum Delivery: String, Sendable, CaseIterable {
        /// As they come.
        case live
        /// A whole session at once, when it has been quiet for a while; again as a whole when it grew.
        case session
    }

    /// What is taken out of texts.
    package enum Redaction: String, Sendable, CaseIterable {
        case none
        /// Secrets, by the rules of findings.
        case secrets
        /// All texts of conversations, commands and errors.
        case texts
    }

    /// Where a consumer begins that has no cursor yet.
    package enum Start: Sendable, Hashable {
        case beginning
        case now
        /// With what came to the receiver then or later.
        case time(WallTime)

        /// As it stands in the file.
        package var text: String {
            switch self {
            case .beginning: "beginning"
            case .now: "now"
            case .time(let time): time.iso8601
            }
        }
    }

    /// How rows are put into files.
    package enum Grouping: String, Sendable, CaseIterable {
        case day
        case session
    }

    package let name: String
    /// Nil until the file said it: it is required.
    package var backend: Backend?
    package var enabled = true
    package var delivery = Delivery.live
    package var from = Start.beginning
    package var only = Selection()
    package var except = Selection()
    package var redact = Redaction.none
    /// How long a session is quiet before it is delivered as a whole.
    package var sessionIdle = Duration.seconds(600)
    /// Rows of a batch at most; nil for what suits the backend.
    package var batchRows: Int?
    /// Bytes of a batch, more or less; nil for what suits the backend.
    package var batchBytes: UInt64?
    /// How long the first new row waits for more; nil for what suits the backend.
    package var batchAge: Duration?
    package var retryLongest = Duration.seconds(300)
    /// The least wait where somebody must do something first.
    package var blockedWait = Duration.seconds(15)
    /// How long one request may take.
    package var timeout = Duration.seconds(30)
    package var url: String?
    package var user: String?
    package var password: String?
    package var passwordFile: BytePath?
    /// The authority that must have signed the server's certificate (PEM); nil for the system's.
    package var authority: BytePath?
    package var database: String?
    package var tablePrefix: String?
    /// How long the backend keeps rows; nil for ever.
    package var keep: Duration?
    package var directory: BytePath?
    package var by = Grouping.day
    /// Whether finished files are compressed with zstd.
    package var compress = false
    /// The size at which a file is finished.
    package var fileSize: UInt64 = 256 << 20
    package var command: [String] = []
    package var secret: String?
    package var secretFile: BytePath?

    /// A consumer with every default; its backend must still be set.
    package init(name: String) { self.name = name }

    /// Patterns by what they are compared with; those of a list are alternatives.
    package struct Selection: Sendable, Hashable {
        /// What can be selected by; `tables` are names of tables, the others patterns with `*` and `?`.
        package static let fields = [
            "agent", "owner", "source", "tool", "project", "tables", "kinds",
        ]
        package var patterns: [String: [String]] = [:]

        package init() {}

        package var isEmpty: Bool { patterns.isEmpty }
    }
}
