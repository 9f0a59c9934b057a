import Core

/// Which of what a model was shown it had seen before (formula 16), fed in the order of the conversation.
package struct RedundancyMeter: Sendable {
    /// Shorter blocks are not counted, in characters.
    package static let shortest = 200

    private var seen: Set<UInt64> = []
    /// Tokens of all blocks that count.
    package private(set) var tokens: Int64 = 0
    /// Of those that were seen before.
    package private(set) var redundantTokens: Int64 = 0

    package init() {}

    /// Takes the output of a tool or a pasted text; says whether it was seen before.
    @discardableResult
    package mutating func add(hash: UInt64, characters: Int, tokens count: Int64) -> Bool {
        guard characters > RedundancyMeter.shortest else { return false }
        tokens &+= count
        guard !seen.insert(hash).inserted else { return false }
        redundantTokens &+= count
        return true
    }

    /// The context was compacted: nothing of before is in it.
    package mutating func compact() { seen.removeAll() }

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

/// A text's hash that white space does not change.
package enum NormalisedText {
    /// XXH3-64 over the text with one space for each run of white space, and none at its ends.
    package static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { text in
            let bytes = [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
                var isSpaced = false
                var index = 0
                while index < text.count {
                    if let width = WhiteSpace.width(at: index, text) {
                        isSpaced = count > 0
                        index += width
                        continue
                    }
                    if isSpaced {
                        buffer[count] = UInt8(ascii: " ")
                        count += 1
                        isSpaced = false
                    }
                    buffer[count] = text[index]
                    count += 1
                    index += 1
                }
            }
            return Checksum.xxh3(bytes)
        }
    }
}
