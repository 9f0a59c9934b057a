/// How well the work went, by what was done in each session.
package struct ReportQuality: Sendable, Hashable {
    /// Turns in which a file was changed, and those in which none had to be changed again after a try (formula 13).
    package var editTurns = 0
    package var oneShotTurns = 0
    /// Prompts, and those that were interrupted before the next (formula 22).
    package var prompts = 0
    package var interruptions = 0
    /// Reads of files, and those of the same part with no change since (formula 19).
    package var reads = 0
    package var rereads = 0

    /// 0 to 1; nil without a turn that edits.
    package var oneShotRate: Double? { ReportQuality.share(oneShotTurns, editTurns) }
    /// 0 to 1; nil without a prompt.
    package var interruptionRate: Double? { ReportQuality.share(interruptions, prompts) }
    /// 0 to 1; nil without a read.
    package var rereadRate: Double? { ReportQuality.share(rereads, reads) }

    private static func share(_ part: Int, _ whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}
