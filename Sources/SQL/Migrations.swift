/// A schema's history: step n takes a database from `user_version` n to n + 1.
///
/// A step that was released is never changed; a new one is appended.
package struct Migrations: Sendable {
    private let steps: [String]

    /// - Parameter steps: each one or more SQL statements, without BEGIN and COMMIT.
    package init(_ steps: [String]) { self.steps = steps }

    /// The version that the last step leads to.
    package var version: Int { steps.count }

    /// Brings the database to `version`, each step in a transaction of its own, and returns how many were taken.
    ///
    /// A step that fails leaves the database at the version before it.
    ///
    /// - Throws: `.newerSchema` for a database that a newer program wrote; it is not touched.
    @discardableResult
    package func apply(to connection: Connection) throws(SQLError) -> Int {
        var taken = 0
        while try next(connection) { taken += 1 }
        return taken
    }

    private func next(_ connection: Connection) throws(SQLError) -> Bool {
        guard try pending(connection) != nil else { return false }
        return try connection.transaction { () throws(SQLError) in
            // Once more under the lock: another process may have taken the step meanwhile.
            guard let version = try pending(connection) else { return false }
            try connection.execute(steps[version])
            try connection.setUserVersion(version + 1)
            return true
        }
    }

    /// The step to take next; nil when there is none.
    private func pending(_ connection: Connection) throws(SQLError) -> Int? {
        let found = try connection.userVersion
        guard (0...version).contains(found) else {
            throw connection.newerSchema(found: found, known: version)
        }
        return found < version ? found : nil
    }
}
