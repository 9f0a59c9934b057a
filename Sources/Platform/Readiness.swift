import CLinux

/// What became of a source.
///
/// A hang-up or an error comes together with what the source waits for, so that a handler that only
/// reads or writes learns the reason from its next call.
package struct Readiness: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Reading brings something, the end, or an error.
    package static let readable = Readiness(rawValue: 1)
    /// Writing takes something, or brings an error.
    package static let writable = Readiness(rawValue: 2)
    /// Both directions are closed; told even without interest, then once.
    package static let hangUp = Readiness(rawValue: 4)
    /// An error is pending; told even without interest, then once.
    package static let error = Readiness(rawValue: 8)

    init(events: UInt32, interest: Interest) {
        var value: Readiness = []
        if events & EPOLLIN.rawValue != 0 { value.insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { value.insert(.writable) }
        if events & EPOLLHUP.rawValue != 0 { value.insert(.hangUp) }
        if events & EPOLLERR.rawValue != 0 { value.insert(.error) }
        if !value.isDisjoint(with: [.hangUp, .error]) {
            if interest.contains(.readable) { value.insert(.readable) }
            if interest.contains(.writable) { value.insert(.writable) }
        }
        self = value
    }
}
