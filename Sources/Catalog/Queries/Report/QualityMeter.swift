import Transcripts

/// Walks through what was done in sessions, one after another, each in the order of time (formula 13).
struct QualityMeter {
    enum Event {
        /// A prompt, of a person or to a subagent.
        case turn
        case command(String)
        case change(path: String)
    }

    /// Turns in which a file was changed, and those in which none had to be changed again after a try.
    private(set) var editTurns = 0
    private(set) var oneShotTurns = 0
    private var turn: [OneShot.Step] = []

    mutating func add(_ event: Event) {
        switch event {
        case .turn: endTurn()
        case .command(let command):
            if !ReadOnlyCommand.isReadOnly(command) { turn.append(.command) }
        case .change(let path): turn.append(.edit(path: path))
        }
    }

    /// The session is over.
    mutating func endSession() { endTurn() }

    private mutating func endTurn() {
        guard !turn.isEmpty else { return }
        let counted = OneShot.count([turn])
        editTurns += counted.editTurns
        oneShotTurns += counted.oneShot
        turn.removeAll(keepingCapacity: true)
    }
}
