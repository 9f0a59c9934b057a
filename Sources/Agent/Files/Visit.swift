import Core

/// One look at one path.
struct Visit {
    var source: WatchedSource
    /// Below the root of the source.
    var path: BytePath
    var now: WallTime
    /// Whether an event brought it, rather than a scan.
    var isEvent: Bool

    var absolute: BytePath { source.absolute(path) }
}
