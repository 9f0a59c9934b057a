/// How full a session's context is and how much of it is waste, from its events in the order of time.
struct ContextMeter {
    /// What a tool gave back.
    struct ToolOutput {
        var bytes: Int64
        var hash: [UInt8]
        var hasFailed: Bool
    }

    /// What is known at a response.
    struct Reading: Equatable {
        var tokens: Int64
        var bytes: Int64
        var window: Int64?
        var pressure: Double?
        var compactions: Int64
        var redundancy: Double?
        var efficiency: Double?
    }

    private(set) var compactions: Int64 = 0
    private(set) var peak: Int64 = 0
    private(set) var greatestPressure = 0.0
    private var bytes: Int64 = 0
    /// Since the last compaction.
    private var seen: Set<[UInt8]> = []
    private var longTokens: Int64 = 0
    private var redundantTokens: Int64 = 0
    private var outputTokens: Int64 = 0
    private var wastedTokens: Int64 = 0

    /// The context begins anew.
    mutating func compact() {
        compactions += 1
        bytes = 0
        seen.removeAll()
        longTokens = 0
        redundantTokens = 0
        outputTokens = 0
        wastedTokens = 0
    }

    mutating func add(bytes count: Int64) { bytes += count }

    mutating func add(_ output: ToolOutput) {
        bytes += output.bytes
        // Four bytes a token, as tools themselves estimate.
        let tokens = output.bytes / 4
        outputTokens += tokens
        var isRedundant = false
        if output.bytes > 200 {
            longTokens += tokens
            isRedundant = !seen.insert(output.hash).inserted
            if isRedundant { redundantTokens += tokens }
        }
        if isRedundant || output.hasFailed { wastedTokens += tokens }
    }

    mutating func read(tokens: Int64, window: Int64?, model: String?) -> Reading {
        peak = max(peak, tokens)
        let window = window ?? ModelWindow.of(model, atLeast: tokens)
        let pressure = window.map { Double(tokens) / Double(max(1, $0)) }
        greatestPressure = max(greatestPressure, pressure ?? 0)
        return Reading(
            tokens: tokens,
            bytes: bytes,
            window: window,
            pressure: pressure,
            compactions: compactions,
            redundancy: longTokens > 0 ? 100 * Double(redundantTokens) / Double(longTokens) : nil,
            efficiency: outputTokens >= 2000
                ? 100 * (1 - Double(wastedTokens) / Double(outputTokens)) : nil
        )
    }
}
