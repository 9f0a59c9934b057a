import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// The source that a path belongs to, with the path below its root: the one with the longest root.
    package func locate(_ absolute: BytePath) -> (source: String, path: BytePath)? {
        sources.compactMap { source in
            absolute.relative(to: source.root).map { (source, $0) }
        }.max { $0.0.root.bytes.count < $1.0.root.bytes.count }.map { ($0.0.name, $0.1) }
    }

    /// Whether there is certainly nothing at the path.
    package func isMissing(_ path: BytePath) -> Bool {
        do throws(SystemError) {
            return try disk.statusFollowingLinks(path) == nil
        } catch {
            return error.isNotFound
        }
    }

    /// Why a file is shipped, or not.
    package func explain(
        _ name: String,
        _ path: BytePath
    ) throws(SQLError) -> PathFacts? {
        guard let source = source(name) else { return nil }
        var facts = PathFacts(
            verdict: source.decide(path),
            streams: [],
            problem: problems.reasons[source.absolute(path)]
        )
        for number in try store.streams(name, at: path).sorted() {
            guard let record = try store.stream(number) else { continue }
            facts.streams.append((record, try store.cursors(number)))
        }
        return facts
    }

    /// When the next copy is due, whether a receiver can be reached or not; nil when none waits.
    package func nextCopyDue() throws(SQLError) -> WallTime? {
        copiesWaitForRoom ? nil : try store.nextCopy()?.due
    }

    /// When the next file is finished after being idle for `finishedAfter`; nil when none waits.
    ///
    /// `passed` is the last entry that the receiver's round of verification has handled.
    package func nextFinished(
        _ receiver: ReceiverNumber,
        finishedAfter: Duration,
        passed: HistoryEntry? = nil
    ) throws(SQLError) -> WallTime? {
        try store.firstUnverified(receiver, after: passed).map { $0 + finishedAfter }
    }
}
