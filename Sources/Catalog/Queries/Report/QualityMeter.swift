import Transcripts

/// Walks through what happened in sessions, one after another, each in the order of time.
struct QualityMeter {
    enum Event {
        case prompt
        /// Something else than a person's prompt begins a turn.
        case turn
        case interruption
        case command(String)
        case change(path: String)
        case read(path: String, range: String)
    }

    private(set) var quality = ReportQuality()
    private var turn: [OneShot.Step] = []
    private var isPrompted = false
    /// Parts that were read and not changed since, by path.
    private var seen: [String: Set<String>] = [:]

    mutating func add(_ event: Event) {
        switch event {
        case .prompt:
            endTurn()
            quality.prompts += 1
            isPrompted = true
        case .turn: endTurn()
        case .interruption:
            quality.interruptions += isPrompted ? 1 : 0
            isPrompted = false
        case .command(let command):
            if !ReadOnlyCommand.isReadOnly(command) { turn.append(.command) }
        case .change(let path):
            turn.append(.edit(path: path))
            seen[path] = nil
        case .read(let path, let range):
            quality.reads += 1
            if !seen[path, default: []].insert(range).inserted { quality.rereads += 1 }
        }
    }

    /// The session is over.
    mutating func endSession() {
        endTurn()
        isPrompted = false
        seen.removeAll(keepingCapacity: true)
    }

    private mutating func endTurn() {
        guard !turn.isEmpty else { return }
        let counted = OneShot.count([turn])
        quality.editTurns += counted.editTurns
        quality.oneShotTurns += counted.oneShot
        turn.removeAll(keepingCapacity: true)
    }
}
