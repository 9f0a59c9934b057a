import Core
import SQL
import Transcripts

/// Writes `file_access`; rows of a batch are kept in memory until its end.
///
/// What several records tell of one access (the call and its result, copies) is one row: the first attributes it,
/// and of each detail the greatest value counts, whichever came first.
final class FileAccessTable {
    private struct Row: Equatable {
        var id: Int64
        var who: Attribution
        /// Tool, call, path, operation.
        var key: [SQLValue]
        /// Size, lines added and removed, range, extension, content type, sensitive.
        var details: [SQLValue]
        var pattern: SQLValue

        var values: [SQLValue] { [.integer(id)] + who.values + key + details + [pattern] }
    }

    private final class Work {
        let stored: Row?
        var current: Row
        var findings: [Finding]

        init(stored: Row?, current: Row, findings: [Finding]) {
            self.stored = stored
            self.current = current
            self.findings = findings
        }
    }

    static let columns =
        ["id"] + Attribution.columns + [
            "tool", "call", "path", "operation", "size", "lines_added", "lines_removed", "range",
            "extension", "content_type", "sensitive", "pattern",
        ]

    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    private let findings: FindingTable
    private var work: [Int64: Work] = [:]

    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ findings: FindingTable
    ) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        self.findings = findings
        table = try RowTable(store.database, "file_access", FileAccessTable.columns)
    }

    func reload() { work.removeAll() }

    /// Takes what a record tells of an access.
    func tell(
        _ fact: FileAccessFact,
        _ analysis: AccessAnalysis,
        _ claim: Claim
    ) throws(SQLError) {
        let call = fact.callID.map { store.identity.call($0, claim) }
        let id: Int64
        if let call {
            store.identity.begin(.callAccess)
            store.identity.add(call)
            store.identity.add(fact.path)
            store.identity.add(fact.operation.rawValue)
            id = store.identity.finish()
        } else {
            id = store.identity.of(.access, claim.event, Int64(fact.ordinal))
        }
        var who = Attribution(claim)
        if let time = fact.timestamp { who.timestamp = time.nanoseconds }
        let told = Row(
            id: id,
            who: who,
            key: [
                .text(claim.file.tool), SQLValue(call), .text(fact.path),
                .text(fact.operation.rawValue),
            ],
            details: [
                SQLValue(fact.size), SQLValue(fact.linesAdded), SQLValue(fact.linesRemoved),
                SQLValue(fact.range), SQLValue(analysis.fileExtension),
                SQLValue(analysis.contentType), SQLValue(analysis.isSensitive),
            ],
            pattern: .null
        )
        guard let item = try load(id, isNew: call == nil && claim.isNewEvent) else {
            guard try !store.isRetired(id, table) else { return }
            work[id] = Work(stored: nil, current: told, findings: analysis.findings)
            return
        }
        try store.note(id, told: claim, andBy: item.current.who.entry)
        if try store.isFirst(claim, before: item.current.who.entry) {
            // Seen from its session: another one sees it anew.
            if item.current.who.session != told.who.session { item.current.pattern = .null }
            item.current.who = told.who
            item.current.key = told.key
        }
        for (index, value) in told.details.enumerated() {
            item.current.details[index] = greater(item.current.details[index], value)
        }
        item.findings = analysis.findings
        work[id] = item
    }

    private func greater(_ a: SQLValue, _ b: SQLValue) -> SQLValue {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): .integer(max(a, b))
        case (.text(let a), .text(let b)): .text(max(a, b))
        case (.null, _): b
        default: a
        }
    }

    private func load(_ id: Int64, isNew: Bool) throws(SQLError) -> Work? {
        if let known = work[id] { return known }
        guard !isNew, store.mayHave(id), let values = try table.load(id) else { return nil }
        let row = Row(
            id: id,
            who: Attribution(Array(values[1...])),
            key: Array(values[6..<10]),
            details: Array(values[10..<17]),
            pattern: values[17]
        )
        return Work(stored: row, current: row, findings: [])
    }

    /// Stores what changed.
    func flush() throws(SQLError) {
        for (id, item) in work.sorted(by: {
            ($0.value.current.who.entry, $0.key) < ($1.value.current.who.entry, $1.key)
        }) where item.current != item.stored {
            try sessions.touch(item.stored?.who.session)
            try sessions.touch(item.current.who.session)
            if item.stored == nil {
                try store.insert(item.current.values, into: table)
                try findings.add(item.findings, of: .access(id), item.current.who)
            } else {
                try store.update(item.current.values, in: table)
                try findings.set(item.findings, of: .access(id), item.current.who)
            }
        }
        work.removeAll(keepingCapacity: true)
    }

    /// Deletes an access with what was found in it.
    func delete(_ id: Int64) throws(SQLError) {
        guard let values = try table.load(id) else { return }
        let who = Attribution(Array(values[1...]))
        try sessions.touch(who.session)
        try findings.set([], of: .access(id), who)
        try store.bury(id, in: table)
    }
}
