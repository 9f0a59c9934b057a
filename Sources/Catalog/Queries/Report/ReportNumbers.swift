/// What a span of time adds up to.
package struct ReportNumbers: Sendable, Hashable {
    package var usage = UsageSum()
    /// Sessions with something said in it, without subagents.
    package var sessions: Int64 = 0
    package var subagents: Int64 = 0
    package var prompts: Int64 = 0
    package var messages: Int64 = 0
    package var calls: Int64 = 0
    /// Calls that failed or were interrupted.
    package var errors: Int64 = 0
    package var findings: Int64 = 0
    /// Nanoseconds in which something was said: gaps between messages, at most five minutes each (formula 9).
    package var active: Int64 = 0
}
