import Core
import Transcripts

/// One session from its first event to its last: what its context held, and what its calls say of its course.
///
/// The formulas are those of `Classify`; this only brings a session's rows into their terms.
struct SessionWalk {
    /// A text, an output, or the input of a call.
    struct Message {
        var kind: MessageKind
        var bytes: Int64
        /// `messages.normal_hash`.
        var hash: Int64?
        var call: Int64?
        /// The same for all blocks of a message.
        var group: Int64
        /// Of an output: whether its call failed.
        var hasFailed: Bool
        /// Of an output: the path that its call named.
        var path: String?
    }

    /// A call of a tool.
    struct Call {
        var id: Int64
        var name: String
        var input: Int64
        var category: String?
        var command: String?
        var hasFailed: Bool
        /// The files that it wrote to.
        var edits: [String]
    }

    /// A response, and what of the context is known at it.
    struct Response {
        var id: Int64
        var who: Attribution
        var tokens: Int64
        var model: String?
        /// As a record tells it.
        var window: Int64?

        var bytes: Int64 = 0
        var compactions: Int64 = 0
        var redundancy: Double?
        var efficiency: Double?
    }

    private(set) var responses: [Response] = []
    private(set) var compactions = 0
    /// Of the greatest context.
    private(set) var peak: Int64 = 0
    private var bytes: Int64 = 0
    private var redundancy = RedundancyMeter()
    private var efficiency = ContextEfficiency(results: 0, redundant: 0, failed: 0, junk: 0)
    private var calls: [SignalCall] = []
    /// How many calls were made before each compaction.
    private var cuts: [Int] = []
    private var turns: [[OneShot.Step]] = []
    private var ordinals: [Int64: Int] = [:]
    private var ordinalOfCall: [Int64: Int] = [:]
    private var latest = 0

    // MARK: Events, in their order

    mutating func compact() {
        compactions += 1
        cuts.append(calls.count)
        bytes = 0
        redundancy.compact()
    }

    mutating func take(_ message: Message) {
        bytes &+= message.bytes
        latest = ordinals[message.group] ?? ordinals.count
        ordinals[message.group] = latest
        if let call = message.call, message.kind == .toolUse { ordinalOfCall[call] = latest }
        if message.kind == .prompt { turns.append([]) }
        // Four bytes a token, as tools themselves estimate.
        let tokens = message.bytes / 4
        var isRedundant = false
        if let hash = message.hash {
            isRedundant = redundancy.add(hash: UInt64(bitPattern: hash), tokens: tokens)
        }
        guard message.kind == .toolResult else { return }
        efficiency.results &+= tokens
        if isRedundant {
            efficiency.redundant &+= tokens
        } else if message.hasFailed {
            efficiency.failed &+= tokens
        } else if let path = message.path, ContextEfficiency.isJunk(path) {
            efficiency.junk &+= tokens
        }
    }

    mutating func take(_ call: Call) {
        calls.append(
            SignalCall(
                name: call.name,
                inputHash: UInt64(bitPattern: call.input),
                commandClass: SignalCall.commandClass(tool: call.name, command: call.command),
                edits: call.edits,
                ordinal: ordinalOfCall[call.id] ?? latest,
                isFailure: call.hasFailed
            )
        )
        if turns.isEmpty { turns.append([]) }
        let last = turns.count - 1
        for path in call.edits { turns[last].append(.edit(path: path)) }
        // A command tells something of a turn's edits only when it comes after one.
        guard let command = call.command, call.category == "shell", !turns[last].isEmpty,
            turns[last].last != .command, !ReadOnlyCommand.isReadOnly(command)
        else { return }
        turns[last].append(.command)
    }

    mutating func take(_ response: Response) {
        var response = response
        peak = max(peak, response.tokens)
        response.bytes = bytes
        response.compactions = Int64(compactions)
        response.redundancy = redundancy.percent
        response.efficiency = efficiency.score
        responses.append(response)
    }

    // MARK: The whole

    /// Turns with edits, and those in which the first attempt was right.
    var oneShot: (editTurns: Int, oneShot: Int) { OneShot.count(turns) }

    /// The windows of the responses, in their order.
    func windows(_ pricing: any Pricing) -> [Int64?] {
        var used: [String: Int64] = [:]
        for response in responses {
            guard let model = response.model else { continue }
            used[model] = max(used[model] ?? 0, response.tokens)
        }
        return responses.map { response in
            ContextWindow.of(
                response.model,
                at: response.who.timestamp.map { WallTime(nanoseconds: $0) },
                told: response.window,
                used: response.model.flatMap { used[$0] } ?? response.tokens,
                pricing
            )
        }
    }

    /// What health is made of.
    func signals(
        _ outcome: SessionSignals.Outcome,
        peakPressure: Double?
    ) -> SessionSignals {
        var signals = SessionSignals(calls: calls)
        signals.outcome = outcome
        signals.compactions = compactions
        signals.peakPressure = peakPressure
        let names = calls.map(\.name)
        for (index, cut) in cuts.enumerated() {
            let end = index + 1 < cuts.count ? cuts[index + 1] : names.count
            let before = Array(names[..<cut].suffix(10))
            if MidTask.isMidTask(before: before, after: Array(names[cut..<end].prefix(5))) {
                signals.midTaskCompactions += 1
            }
        }
        return signals
    }
}
