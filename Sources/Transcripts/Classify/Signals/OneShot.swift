/// How often a change was right at the first attempt (formula 13).
package enum OneShot {
    /// What matters of a turn: what happened between a prompt and the next.
    package enum Step: Sendable, Hashable {
        case edit(path: String)
        /// A shell command that does more than look.
        case command
    }

    /// Turns with edits, and those of them in which no file was edited again after a command.
    package static func count(_ turns: [[Step]]) -> (editTurns: Int, oneShot: Int) {
        var result = (editTurns: 0, oneShot: 0)
        for turn in turns {
            var edited: Set<String> = []
            var tried: Set<String> = []
            var isAgain = false
            for step in turn {
                switch step {
                case .command: tried = edited
                case .edit(let path):
                    isAgain = isAgain || tried.contains(path)
                    edited.insert(path)
                }
            }
            result.editTurns += edited.isEmpty ? 0 : 1
            result.oneShot += edited.isEmpty || isAgain ? 0 : 1
        }
        return result
    }

    /// The share of one-shot turns; nil without a turn that edits.
    package static func rate(_ turns: [[Step]]) -> Double? {
        let counted = count(turns)
        return counted.editTurns == 0 ? nil : Double(counted.oneShot) / Double(counted.editTurns)
    }
}

/// Whether the work went on over a compaction (formula 15).
package enum MidTask {
    /// Whether two tools of the ten calls before are among the five after.
    ///
    /// - Parameters:
    ///   - before: names of the tools called before the compaction, in their order.
    ///   - after: names of those called after it, in their order.
    /// - Returns: whether the compaction came in the middle of a task.
    package static func isMidTask(before: [String], after: [String]) -> Bool {
        Set(before.suffix(10)).intersection(after.prefix(5)).count >= 2
    }
}
