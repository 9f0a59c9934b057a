import Core

/// What the erasure of sessions takes away, and what it leaves.
package struct ErasurePlan: Sendable, Equatable {
    /// A session that is erased.
    package struct Session: Sendable, Equatable {
        package var id: Int64
        package var name: SessionName
        package var title: String?
    }

    /// A file of the archive, all its generations together.
    package struct File: Sendable, Equatable {
        package var streams: [StreamID]
        package var source: String
        package var path: String
        /// Of all generations.
        package var bytes: UInt64
        /// Whether its path carries the identifier of a session that is erased: nothing else is ever written to it.
        package var isOwn: Bool
        /// The other sessions that only this file tells of, at most five; empty for one that goes.
        package var others: [String] = []
    }

    /// The sessions, subagents among them.
    package var sessions: [Session] = []
    /// Files that are taken out of the archive.
    package var going: [File] = []
    /// Files that stay, because other sessions stand in them and nowhere else; records of the erased ones are left in
    /// their bytes, and nothing shows them.
    package var staying: [File] = []
    /// Rows that go, by table.
    package var rows: [(table: String, count: Int64)] = []

    package init() {}

    package static func == (a: ErasurePlan, b: ErasurePlan) -> Bool {
        a.sessions == b.sessions && a.going == b.going && a.staying == b.staying
            && a.rows.elementsEqual(b.rows) { $0 == $1 }
    }
}
