/// What a row can have, as `has:error`.
package enum FilterProperty: String, Sendable, Hashable, CaseIterable {
    /// A call that failed, or an error of the service.
    case error
    case secret
    /// A dangerous command.
    case danger
    /// A file that is nobody's business was touched.
    case sensitive
    /// Any of the three before.
    case finding
    case code
    case paths
    case attachment
    case subagent
    case unpriced
    /// A context that was compacted.
    case compaction
    /// A prompt that was interrupted before the next.
    case interruption
    /// A call that repeats the one before (formula 12).
    case retry
    /// A session that did the same over and over, and failed (formula 12).
    case loop

    /// Whether only messages can have it.
    var isOfMessages: Bool {
        [.code, .paths, .attachment, .compaction, .interruption].contains(self)
    }
}
