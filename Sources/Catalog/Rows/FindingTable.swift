import SQL
import TLS
import Transcripts

/// Writes `findings`: what was found in the content of a message, a call or an access.
final class FindingTable {
    /// The row that something was found in.
    enum Subject {
        case message(Int64)
        case call(Int64)
        case access(Int64)

        var id: Int64 {
            switch self {
            case .message(let id), .call(let id), .access(let id): id
            }
        }
    }

    private static let columns =
        ["id"] + Attribution.columns + [
            "message", "call", "access", "kind", "rule", "severity", "confidence", "masked", "hash",
            "start", "length",
        ]

    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    private let ofMessage: Statement
    private let ofCall: Statement
    private let ofAccess: Statement

    init(_ store: CatalogStore, _ sessions: SessionTable) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        table = try RowTable(store.database, "findings", FindingTable.columns)
        ofMessage = try store.database.prepare("SELECT id FROM findings WHERE message = ?")
        ofCall = try store.database.prepare("SELECT id FROM findings WHERE call = ?")
        ofAccess = try store.database.prepare("SELECT id FROM findings WHERE access = ?")
    }

    /// Adds what was found in a row that is new.
    func add(_ findings: [Finding], of subject: Subject, _ who: Attribution) throws(SQLError) {
        var seen: Set<Int64> = []
        for finding in findings {
            let row = values(finding, subject, who)
            guard let id = row[0].integer, seen.insert(id).inserted,
                try !store.isRetired(id, table)
            else { continue }
            try store.insert(row, into: table)
            try sessions.add(SessionTotals(.findings), to: who.session)
        }
    }

    /// Brings what was found in a row up to date.
    ///
    /// `findings`: nil when only the row's attribution may have changed.
    func set(
        _ findings: [Finding]?,
        of subject: Subject,
        _ who: Attribution
    ) throws(SQLError) {
        let known = try statement(subject).all(subject.id) { $0.int(0) }
        if known.isEmpty {
            if let findings { try add(findings, of: subject, who) }
            return
        }
        var wanted: [Int64: [SQLValue]] = [:]
        for finding in findings ?? [] {
            let row = values(finding, subject, who)
            if let id = row[0].integer { wanted[id] = wanted[id] ?? row }
        }
        for id in known {
            guard let former = try table.load(id) else { continue }
            let session = Attribution(Array(former[1...])).session
            let row = findings == nil ? former[..<1] + who.values + former[6...] : nil
            guard let row = row ?? wanted.removeValue(forKey: id)?[...] else {
                try store.bury(id, in: table)
                try sessions.subtract(SessionTotals(.findings), from: session)
                continue
            }
            guard Array(row) != former else { continue }
            try store.update(Array(row), in: table)
            try sessions.subtract(SessionTotals(.findings), from: session)
            try sessions.add(SessionTotals(.findings), to: who.session)
        }
        for id in wanted.keys.sorted() {
            guard let row = wanted[id], try !store.isRetired(id, table) else { continue }
            try store.insert(row, into: table)
            try sessions.add(SessionTotals(.findings), to: who.session)
        }
    }

    /// Deletes a finding.
    func delete(_ id: Int64) throws(SQLError) {
        guard let former = try table.load(id) else { return }
        try sessions.subtract(
            SessionTotals(.findings),
            from: Attribution(Array(former[1...])).session
        )
        try store.bury(id, in: table)
    }

    private func statement(_ subject: Subject) -> Statement {
        switch subject {
        case .message: ofMessage
        case .call: ofCall
        case .access: ofAccess
        }
    }

    private func values(
        _ finding: Finding,
        _ subject: Subject,
        _ who: Attribution
    ) -> [SQLValue] {
        store.identity.begin(.finding)
        store.identity.add(subject.id)
        store.identity.add(finding.rule)
        store.identity.add(Int64(finding.range.lowerBound))
        store.identity.add(Int64(finding.range.count))
        var message: Int64?
        var call: Int64?
        var access: Int64?
        switch subject {
        case .message(let id): message = id
        case .call(let id): call = id
        case .access(let id): access = id
        }
        let hash = finding.value.map { KeyedHash.of(Array($0.utf8), key: store.findingKey) }
        return [.integer(store.identity.finish())] + who.values + [
            SQLValue(message), SQLValue(call), SQLValue(access), .text(finding.kind.rawValue),
            .text(finding.rule), .text(finding.severity.rawValue),
            .text(finding.confidence.rawValue), .text(finding.masked), SQLValue(hash),
            .integer(Int64(finding.range.lowerBound)), .integer(Int64(finding.range.count)),
        ]
    }
}
