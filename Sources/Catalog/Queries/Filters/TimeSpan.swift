import Core

/// From a time, inclusive, to another, exclusive; nil is no bound.
package struct TimeSpan: Sendable, Hashable {
    package var since: WallTime?
    package var until: WallTime?

    package init(since: WallTime? = nil, until: WallTime? = nil) {
        self.since = since
        self.until = until
    }
}
