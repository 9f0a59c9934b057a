/// What a session is called for good: a rebuild, a new parser and a lost catalog leave it as it is.
package struct SessionName: Hashable, Sendable {
    /// Whose it is, as the registry has it.
    package var owner: String
    package var tool: String
    /// The tool's own identifier; of a subagent `<parent>/<agent>`.
    package var session: String

    package init(owner: String, tool: String, session: String) {
        self.owner = owner
        self.tool = tool
        self.session = session
    }
}

extension SessionName: Comparable {
    package static func < (a: SessionName, b: SessionName) -> Bool {
        (a.owner, a.tool, a.session) < (b.owner, b.tool, b.session)
    }
}
