/// What a source waits for.
///
/// Level-triggered: it is told again as long as it holds.
package struct Interest: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// There is something to read, or the end of it.
    package static let readable = Interest(rawValue: 1)
    /// Something can be written.
    package static let writable = Interest(rawValue: 2)
}
