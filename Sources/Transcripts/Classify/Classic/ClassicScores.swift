import Core

/// What the classic scores need of a message.
package struct ClassicRow: Sendable, Hashable {
    package var time: WallTime
    package var speaker: String
    /// The conversation that it belongs to, if any is known.
    package var context: String?
    /// Nil counts as a chain "unknown".
    package var chain: String?
    package var shl: [String]
    /// Whether anything was found out about it.
    package var isEnriched: Bool

    package init(
        time: WallTime,
        speaker: String,
        context: String? = nil,
        chain: String? = nil,
        shl: [String] = [],
        isEnriched: Bool = true
    ) {
        self.time = time
        self.speaker = speaker
        self.context = context
        self.chain = chain
        self.shl = shl
        self.isEnriched = isEnriched
    }
}

/// A conversation that was put together from messages.
package struct ClassicThread: Sendable, Hashable {
    /// The topic changed and stayed changed for two messages.
    package struct Shift: Sendable, Hashable {
        package var from: String
        package var to: String
        /// Of the first message on the new topic.
        package var index: Int
    }

    /// The context, or "session_1" … for those that only time tells.
    package var name: String
    package var rows: [ClassicRow]
    package var participants: [String]
    /// "Blocked", "Ready" or "Completed".
    package var finalStatus: String
    package var shifts: [Shift]

    /// Between its first and its last message.
    package var seconds: Double {
        Double(rows[rows.count - 1].time.nanoseconds - rows[0].time.nanoseconds) / 1e9
    }
}

/// The scores of the classic rules (formula 30).
package enum ClassicScores {
    /// What the collaboration score is made of, counted over messages.
    package struct Counts: Sendable, Hashable {
        package var messages: Int
        /// Distinct.
        package var speakers: Int
        /// Distinct, where a message without one counts as of a chain "unknown".
        package var chains: Int
        /// Messages of which anything was found out.
        package var enriched: Int
        /// Messages with an SHL tag.
        package var tagged: Int

        package init(
            messages: Int = 0,
            speakers: Int = 0,
            chains: Int = 0,
            enriched: Int = 0,
            tagged: Int = 0
        ) {
            self.messages = messages
            self.speakers = speakers
            self.chains = chains
            self.enriched = enriched
            self.tagged = tagged
        }
    }

    /// 0 to 100 with two decimals: speakers, chains, number of messages, share enriched, share tagged.
    package static func collaboration(_ rows: [ClassicRow]) -> Double {
        collaboration(
            Counts(
                messages: rows.count,
                speakers: Set(rows.map(\.speaker)).count,
                chains: Set(rows.map { $0.chain ?? "unknown" }).count,
                enriched: rows.count { $0.isEnriched },
                tagged: rows.count { !$0.shl.isEmpty }
            )
        )
    }

    /// The same of what was counted elsewhere.
    package static func collaboration(_ counts: Counts) -> Double {
        guard counts.messages > 0 else { return 0 }
        let total = Double(counts.messages)
        var score = min(Double(counts.speakers) / 3 * 100, 100) * 0.2
        score += min(Double(counts.chains) / 10 * 100, 100) * 0.2
        score += min(total / 100 * 100, 100) * 0.2
        score += Double(counts.enriched) / total * 100 * 0.2
        score += Double(counts.tagged) / total * 100 * 0.2
        return rounded(score)
    }

    /// Rounds to two decimals as Python does: by the number's exact value, a tie to the even digit.
    static func rounded(_ value: Double) -> Double {
        guard value > 0, value < 1e12 else { return value == 0 ? 0 : value }
        let shift = 52 - Int(value.exponent)
        let mantissa = UInt64(value.significandBitPattern) | 1 << 52
        guard shift > 0 else { return value }
        guard shift < 64 else { return 0 }
        let product = mantissa.multipliedFullWidth(by: 100)
        // What is above the point: less than 2^47, so the high word is shifted out with it.
        let whole = product.high << UInt64(64 - shift) | product.low >> UInt64(shift)
        let rest = product.low & ((1 << UInt64(shift)) - 1)
        let half: UInt64 = 1 << UInt64(shift - 1)
        let isUp = rest > half || rest == half && whole & 1 == 1
        return Double(whole + (isUp ? 1 : 0)) / 100
    }

    // MARK: Conversations

    private static let gap: Int64 = 300 * 1_000_000_000

    /// Puts messages together to conversations: by context, the rest by gaps of more than five minutes; of
    /// at least two messages and five seconds, by their start.
    package static func threads(_ rows: [ClassicRow]) -> [ClassicThread] {
        let rows = sorted(rows)
        var names: [String] = []
        var groups: [String: [ClassicRow]] = [:]
        var rest: [ClassicRow] = []
        for row in rows {
            guard let context = row.context, !context.isEmpty, context != "unknown" else {
                rest.append(row)
                continue
            }
            if groups[context] == nil { names.append(context) }
            groups[context, default: []].append(row)
        }
        var threads = names.map { thread($0, groups[$0] ?? []) }
        threads += byTime(rest).enumerated().map { thread("session_\($0 + 1)", $1) }
        let kept = threads.filter { $0.rows.count >= 2 && $0.seconds >= 5 }
        return kept.enumerated().sorted {
            ($0.element.rows[0].time, $0.offset) < ($1.element.rows[0].time, $1.offset)
        }.map(\.element)
    }

    private static func sorted(_ rows: [ClassicRow]) -> [ClassicRow] {
        rows.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    private static func byTime(_ rows: [ClassicRow]) -> [[ClassicRow]] {
        var sessions: [[ClassicRow]] = []
        for row in rows {
            if let last = sessions.last?.last, row.time.nanoseconds - last.time.nanoseconds <= gap {
                sessions[sessions.count - 1].append(row)
            } else {
                sessions.append([row])
            }
        }
        return sessions
    }

    private static func thread(_ name: String, _ rows: [ClassicRow]) -> ClassicThread {
        ClassicThread(
            name: name,
            rows: rows,
            participants: Set(rows.map(\.speaker)).sorted(),
            finalStatus: finalStatus(rows),
            shifts: shifts(rows.map { $0.chain ?? "unknown" })
        )
    }

    private static func finalStatus(_ rows: [ClassicRow]) -> String {
        for row in rows.reversed() {
            if row.shl.contains(where: { $0.hasSuffix("Status-Blocked") }) { return "Blocked" }
            if row.shl.contains(where: { $0.hasSuffix("Status-Ready") }) { return "Ready" }
        }
        return "Completed"
    }

    /// Where the chain differs from the current one and the next message has it too.
    package static func shifts(_ chains: [String]) -> [ClassicThread.Shift] {
        guard var current = chains.first else { return [] }
        var shifts: [ClassicThread.Shift] = []
        for index in chains.indices.dropFirst().dropLast()
        where chains[index] != current && chains[index + 1] == chains[index] {
            shifts.append(.init(from: current, to: chains[index], index: index))
            current = chains[index]
        }
        return shifts
    }
}
