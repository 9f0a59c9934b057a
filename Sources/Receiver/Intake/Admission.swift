import Core
import Wire

/// How wide the window of every agent is, from the state of the receiver's storage.
///
/// A pause ends only when things are clearly better than what began it, so that it does not flutter.
package struct Admission: Sendable {
    /// What is known of the storage.
    package struct Facts: Hashable, Sendable {
        /// Bytes free on the disk.
        package var available: UInt64
        /// Bytes of the journal that the archive has not taken yet.
        package var backlog: UInt64
        /// Why the journal cannot be written, when it cannot.
        package var failure: String?

        package init(available: UInt64, backlog: UInt64, failure: String?) {
            self.available = available
            self.backlog = backlog
            self.failure = failure
        }
    }

    package let fullWindow: UInt32
    /// Bytes that must stay free on the disk.
    package let minimumFree: UInt64
    /// Bytes of journal that may wait for the archive.
    package let backlogLimit: UInt64
    package private(set) var window: Window

    /// An open window; sizes in bytes.
    package init(fullWindow: UInt32, minimumFree: UInt64, backlogLimit: UInt64) {
        self.fullWindow = fullWindow
        self.minimumFree = minimumFree
        self.backlogLimit = backlogLimit
        window = Window(bytes: fullWindow, reason: .open)
    }

    /// Looks at the facts again.
    ///
    /// - Returns: the new window when it changed.
    package mutating func look(_ facts: Facts) -> Window? {
        let next = decide(facts)
        // The text follows numbers that change all the time; only a change of state is news.
        guard next.bytes != window.bytes || next.reason != window.reason else { return nil }
        window = next
        return next
    }

    private func decide(_ facts: Facts) -> Window {
        if let failure = facts.failure {
            return Window(bytes: 0, reason: .storageFailing, text: failure)
        }
        let paused = window.reason == .diskNearlyFull
        let wanted = paused ? minimumFree + minimumFree / 10 : minimumFree
        if facts.available < wanted {
            return Window(
                bytes: 0,
                reason: .diskNearlyFull,
                text: "\(facts.available >> 20) MiB are free on the receiver's disk, "
                    + "\(wanted >> 20) MiB must stay free"
            )
        }
        let behind = window.reason == .ingestBehind
        if facts.backlog > (behind ? backlogLimit / 2 : backlogLimit) {
            return Window(
                bytes: 0,
                reason: .ingestBehind,
                text: "\(facts.backlog >> 20) MiB of journal wait for the archive"
            )
        }
        return Window(bytes: fullWindow, reason: .open)
    }
}
