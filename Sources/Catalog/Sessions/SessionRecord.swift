import SQL

/// A row of `sessions` while it is worked on.
final class SessionRecord {
    /// The columns that are no totals, in their order.
    enum Column: Int, CaseIterable {
        case id
        case entry
        case agent
        case owner
        case tool
        case session
        case title
        case titleSource
        case project
        case cwd
        case gitBranch
        case gitRemote
        case version
        case entrypoint
        case link
        case parent
        case parentCall
        case lineage
        case agentType
        case started
        case ended
        case received
        case models
        case filesTouched
        case peakContext
        case activeTime
        case retries
        case churn
        case failureStreak
        case looping
        case midTaskCompactions
        case editTurns
        case oneShotTurns
        case reads
        case rereads
        case health
        case grade
        case outcome
        case integrity
    }

    /// What some records say of a session and the first, or the latest, of them decides.
    enum Field: Int, CaseIterable {
        case origin
        case cwd
        case gitRemote
        case entrypoint
        case parent
        case lineage
        case parentCall
        case agentType
        case gitBranch
        case version
        case link

        /// Whether the latest record decides.
        var isLatest: Bool { rawValue >= Field.gitBranch.rawValue }

        /// The columns that it decides.
        var columns: [Column] {
            switch self {
            case .origin: [.entry, .agent]
            case .cwd: [.cwd]
            case .gitRemote: [.gitRemote]
            case .entrypoint: [.entrypoint]
            case .parent: [.parent]
            case .lineage: [.lineage]
            case .parentCall: [.parentCall]
            case .agentType: [.agentType]
            case .gitBranch: [.gitBranch]
            case .version: [.version]
            case .link: [.link]
            }
        }
    }

    /// The record that decides a field.
    struct Winner {
        var entry: Int64
        var position: ClaimPosition
    }

    static let columns =
        Column.allCases.map { ColumnName.of("\($0)") } + SessionTotals.names
    static let fields = Field.allCases.map { ColumnName.of("\($0)") }

    let id: Int64
    /// As it stands in the table; nil when it does not yet.
    var stored: [SQLValue]?
    var values: [SQLValue]
    var totals = SessionTotals()
    var winners: [Winner?]
    var models: [String: Int64] = [:]
    var haveWinnersChanged = false
    /// Whether the first and the last time must be looked up again.
    var isSpanStale = false
    var isTitleStale = false

    /// A session that is in no table.
    init(id: Int64, owner: Int64, tool: String, key: String) {
        self.id = id
        values = Array(repeating: .null, count: Column.allCases.count)
        winners = Array(repeating: nil, count: Field.allCases.count)
        self[.id] = .integer(id)
        self[.owner] = .integer(owner)
        self[.tool] = .text(tool)
        self[.session] = .text(key)
        self[.filesTouched] = .integer(0)
    }

    /// The session as it was loaded.
    init(id: Int64, stored: [SQLValue]) {
        self.id = id
        self.stored = stored
        let count = Column.allCases.count
        values = Array(stored[..<count])
        winners = Array(repeating: nil, count: Field.allCases.count)
        for lane in SessionTotals.Lane.allCases {
            totals[lane] = stored[count + lane.rawValue].integer ?? 0
        }
    }

    subscript(column: Column) -> SQLValue {
        get { values[column.rawValue] }
        set { values[column.rawValue] = newValue }
    }

    /// Whether the claim decides the field; it does from then on.
    func takes(_ field: Field, _ claim: Claim) -> Bool {
        if let winner = winners[field.rawValue], winner.entry != claim.entry {
            let isBetter =
                field.isLatest
                ? claim.position.isLater(than: winner.position) : claim.position < winner.position
            guard isBetter else { return false }
        }
        winners[field.rawValue] = Winner(entry: claim.entry, position: claim.position)
        haveWinnersChanged = true
        return true
    }

    /// Widens the session's time by a record that is the first of its event.
    func extend(to timestamp: Int64) {
        self[.started] = .integer(min(self[.started].integer ?? .max, timestamp))
        self[.ended] = .integer(max(self[.ended].integer ?? .min, timestamp))
    }

    /// All columns as they are to be stored.
    func row() -> [SQLValue] {
        self[.models] =
            models.isEmpty ? .null : .text(models.keys.sorted().joined(separator: ","))
        return values + SessionTotals.Lane.allCases.map { .integer(totals[$0]) }
    }
}
