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
}
