/// Which sessions are listed; texts may hold `*` and `?`, nil asks nothing.
package struct SessionFilter: Sendable, Hashable {
    package var project: String?
    package var tool: String?
    package var machine: String?
    /// Of the last activity.
    package var span = TimeSpan()
    package var limit = 20
    package var offset = 0
    /// Whether subagents are listed.
    package var withSubagents = false

    package init() {}
}
