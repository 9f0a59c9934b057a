/// Which of what a model was shown it had seen before (formula 16), fed in the order of the conversation.
package struct RedundancyMeter: Sendable {
    private var seen: Set<UInt64> = []
    /// Tokens of all blocks since the last compaction.
    package private(set) var tokens: Int64 = 0
    /// Of those that were seen before.
    package private(set) var redundantTokens: Int64 = 0

    package init() {}

    /// Takes a block that counts (`NormalisedText`), by the hash of its bytes; says whether it was seen before.
    @discardableResult
    package mutating func add(hash: UInt64, tokens count: Int64) -> Bool {
        tokens &+= count
        guard !seen.insert(hash).inserted else { return false }
        redundantTokens &+= count
        return true
    }

    /// The context was compacted: nothing of before is in it.
    package mutating func compact() { self = RedundancyMeter() }

    /// Percent; nil when no block counts.
    package var percent: Double? {
        tokens == 0 ? nil : 100 * Double(redundantTokens) / Double(tokens)
    }
}

/// How much of the tools' output was of use (formula 17), in tokens.
package struct ContextEfficiency: Sendable, Hashable {
    /// Fewer are no measure.
    package static let fewest: Int64 = 2000

    /// Of all results.
    package var results: Int64
    package var redundant: Int64
    /// Of calls that failed and were not redundant.
    package var failed: Int64
    /// Of files in folders that nobody reads, and neither failed nor redundant.
    package var junk: Int64

    package init(results: Int64, redundant: Int64, failed: Int64, junk: Int64) {
        self.results = results
        self.redundant = redundant
        self.failed = failed
        self.junk = junk
    }

    /// 0 to 100; nil when there is too little.
    package var score: Double? {
        guard results >= ContextEfficiency.fewest else { return nil }
        return max(0, 100 * (1 - Double(redundant + failed + junk) / Double(results)))
    }

    private static let junkFolders: Set<String> = [
        "node_modules", "dist", "build", "target", ".git", "vendor", "__pycache__", ".next",
        ".venv",
        "venv", "coverage", ".cache", "out", ".build", "bower_components", "site-packages", ".tox",
        "obj",
    ]

    /// Whether a path lies in a folder of made or foreign files.
    package static func isJunk(_ path: String) -> Bool {
        path.split { $0 == "/" || $0 == "\\" }.dropLast().contains {
            junkFolders.contains(String($0))
        }
    }
}
