import Catalog
import Core
import Platform
import SQL

/// Takes sessions out of archive and rows.
///
/// 1. What their files are is found while the rows still tell it.
/// 2. The files that go are let go: durable in the journal and the archive, and gone from both.
/// 3. Rows go, a few at a time; then what is left of each file that goes, and files that stay are read again.
///
/// After a crash it begins anew and finds what is left. Files that were let go before are in no one's hands then but the
/// rows': those are forgotten at the start (`forgetGone`).
final class EraseChore: Chore {
    private enum Phase {
        case planning
        case lettingGo([LettingGo])
        case removing
        case forgetting([ErasurePlan.File])
        case done
    }

    private let catalog: CatalogWriter
    private let door: ArchiveDoor
    private let wake: @Sendable () -> Void
    let names: Set<SessionName>
    /// Whether somebody ordered it just now; else files came with something of sessions that were erased before.
    let isOrder: Bool
    private(set) var plan = ErasurePlan()
    private var phase = Phase.planning

    init(
        _ names: Set<SessionName>,
        isOrder: Bool,
        _ catalog: CatalogWriter,
        _ door: ArchiveDoor,
        wake: @escaping @Sendable () -> Void
    ) {
        self.names = names
        self.isOrder = isOrder
        self.catalog = catalog
        self.door = door
        self.wake = wake
    }

    func step(until deadline: Instant) throws(OperatorError) -> ChoreProgress {
        switch phase {
        case .planning: try begin()
        case .lettingGo(let waiting):
            guard waiting.allSatisfy({ $0.isDone(wake: wake) }) else { return .waiting }
            try catalog.ask { () throws(SQLError) in try catalog.overwriteDeleted(true) }
            phase = .removing
        case .removing:
            let step = try catalog.change { () throws(SQLError) in
                try catalog.erase(names, until: deadline)
            }
            door.announce(step.again)
            // What comes of a session that was erased before need not be read again for it.
            if step.isDone { phase = .forgetting(isOrder ? plan.going + plan.staying : plan.going) }
        case .forgetting(let files):
            guard let file = files.first else {
                phase = .done
                return .done
            }
            let again = try catalog.change { () throws(SQLError) in
                try catalog.forget(file.streams)
            }
            door.announce(again + (plan.staying.contains(file) ? file.streams : []))
            phase = .forgetting(Array(files.dropFirst()))
        case .done: return .done
        }
        return .more
    }

    private func begin() throws(OperatorError) {
        plan = try catalog.change { () throws(SQLError) in
            try catalog.erasure(of: names, looksAtPaths: isOrder)
        }
        let own = plan.going.filter(\.isOwn).flatMap(\.streams)
        let shared = plan.going.filter { !$0.isOwn }.flatMap(\.streams)
        // Other sessions may be written to a file that only these stand in so far.
        phase = .lettingGo([
            LettingGo(own, .erased, door), LettingGo(shared, .released, door),
        ])
    }

    /// What was done, for the audit.
    var summary: String {
        let bytes = plan.going.reduce(0) { $0 + $1.bytes }
        let rows = plan.rows.reduce(0) { $0 + $1.count }
        var text = "\(plan.going.count) files of \(ByteCount.text(bytes)) and \(rows) rows"
        if !plan.staying.isEmpty { text += ", \(plan.staying.count) files stay" }
        return text
    }
}
