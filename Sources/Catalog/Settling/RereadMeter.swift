import Transcripts

/// Finds among a session's accesses, in the order of time, what was read again: the same lines of a file that was
/// not written to in between, side conversations apart (formula 19).
struct RereadMeter {
    /// What was read and not changed since, by path.
    private var ranges: [String: Set<String>] = [:]

    /// Whether the access is a read that counts, and whether the same was read before.
    mutating func add(
        path: String,
        _ operation: FileOperation,
        range: String,
        isSidechain: Bool
    ) -> (isRead: Bool, isAgain: Bool) {
        if operation.isChange {
            ranges[path] = nil
            return (false, false)
        }
        guard operation == .read, !isSidechain else { return (false, false) }
        return (true, !ranges[path, default: []].insert(range).inserted)
    }
}
