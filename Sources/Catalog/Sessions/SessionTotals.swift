/// What a session adds up to; each row of other tables adds its own to the one it belongs to.
struct SessionTotals: Equatable {
    /// The columns, in their order in `SessionTotals.names`.
    enum Lane: Int, CaseIterable {
        case entries
        case prompts
        case messages
        case responses
        case toolCalls
        case toolErrors
        case findings
        case compactions
        case inputTokens
        case outputTokens
        case cacheWriteTokens
        case cacheReadTokens
        case cost
        case unpriced
        case turnTime
    }

    static let names = Lane.allCases.map { ColumnName.of("\($0)") }

    private(set) var lanes = SIMD16<Int64>.zero

    init() {}

    init(_ lane: Lane, _ value: Int64 = 1) { self[lane] = value }

    subscript(lane: Lane) -> Int64 {
        get { lanes[lane.rawValue] }
        set { lanes[lane.rawValue] = newValue }
    }

    var isZero: Bool { lanes == .zero }

    static func + (a: SessionTotals, b: SessionTotals) -> SessionTotals {
        var sum = a
        sum.lanes = a.lanes &+ b.lanes
        return sum
    }

    static func - (a: SessionTotals, b: SessionTotals) -> SessionTotals {
        var difference = a
        difference.lanes = a.lanes &- b.lanes
        return difference
    }
}
