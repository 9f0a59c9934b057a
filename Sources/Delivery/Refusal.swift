/// Why a backend did not take rows, in its own words.
package enum Refusal: Error, Hashable, Sendable {
    /// It may take the same rows later: unreachable, overloaded, disk full, connection cut.
    ///
    /// `after` is how long it asked to be left alone.
    case temporary(String, after: Duration? = nil)
    /// Somebody must do something first: credentials, permissions, a schema that was changed by hand.
    ///
    /// It is tried again all the same, seldom.
    case blocked(String, remedy: String)
    /// These rows can never be taken, by their index in the part that was delivered; nothing was written.
    case rows([Int: String])
    /// Something in the part can never be taken, and the backend does not say what; nothing was written.
    case part(String)

    /// What the backend said.
    package var words: String {
        switch self {
        case .temporary(let words, _), .blocked(let words, _), .part(let words): words
        case .rows(let rows): rows.sorted { $0.key < $1.key }.first?.value ?? "refused"
        }
    }
}
