import Core
import Platform
import Web

/// The registry as the page uses it: by way of the clerk, who owns it.
struct ClerkDesk: AccessKeeper, Notebook {
    let clerk: Clerk

    // MARK: Who may come in

    func records() throws(OperatorError) -> [AccessRecord] {
        try clerk.ask { (registry) throws(OperatorError) in try registry.accessRecords() }
    }

    func keep(_ record: AccessRecord, audit: String) throws(OperatorError) {
        try clerk.ask { (registry) throws(OperatorError) in
            try registry.keep(record, audit: audit, at: Clock.wall())
        }
    }

    func remove(_ id: String, audit: String) throws(OperatorError) {
        try clerk.ask { (registry) throws(OperatorError) in
            try registry.removeAccess(id, audit: audit, at: Clock.wall())
        }
    }

    // MARK: What is noted

    func findingNotes() throws(OperatorError) -> [Int64: FindingNote] {
        try clerk.ask { (registry) throws(OperatorError) in try registry.findingNotes() }
    }

    func note(_ findings: [Int64], _ note: FindingNote) throws(OperatorError) {
        try clerk.ask { (registry) throws(OperatorError) in try registry.note(findings, note) }
    }

    func setting(_ name: String) throws(OperatorError) -> String? {
        try clerk.ask { (registry) throws(OperatorError) in try registry.pageSetting(name) }
    }

    func set(_ name: String, _ text: String, audit: String) throws(OperatorError) {
        try clerk.ask { (registry) throws(OperatorError) in
            try registry.setPage(name, text, audit: audit, at: Clock.wall())
        }
    }

    func audit(before: Int64?, limit: Int) throws(OperatorError) -> [AuditRow] {
        try clerk.ask { (registry) throws(OperatorError) in
            try registry.auditRows(before: before, limit: limit)
        }
    }
}
