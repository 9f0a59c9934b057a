import Journal
import Platform

/// Tells people of what the journal lost: a start leaves out what cannot be read, and so does the archivist.
enum JournalDamage {
    /// Logs what was found damaged since the last call.
    ///
    /// Agents are told at a start how far the archive has each file, and send the rest again; while the
    /// receiver runs they are told how far the journal had it.
    static func report(_ index: JournalIndex, whileRunning isRunning: Bool) {
        let cure =
            isRunning
            ? "restart the receiver: then agents send what is missing again"
            : "agents send what is missing again"
        for range in index.takeNewDamage() {
            Log.error("the journal is damaged: \(range); \(cure)")
        }
    }
}
