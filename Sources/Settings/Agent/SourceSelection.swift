/// Which sources go to a receiver.
package enum SourceSelection: Sendable, Hashable {
    case all
    case only([String])
    case except([String])

    /// Whether the source of that name goes there.
    package func accepts(_ source: String) -> Bool {
        switch self {
        case .all: true
        case .only(let names): names.contains(source)
        case .except(let names): !names.contains(source)
        }
    }
}
