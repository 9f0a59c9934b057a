import Core

/// A value of a TOML document.
indirect enum TOMLValue: Sendable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    /// A date, a time or both: no setting takes one.
    case time
    case array([TOMLValue])
    /// Its entries in the order in which the file has them.
    case table([TOMLEntry])

    /// The value as an error names it.
    var description: String {
        switch self {
        case .string(let text): TOMLText.quoted(text.count > 80 ? text.prefix(80) + "…" : text)
        case .integer(let value): "the number \(value)"
        case .float(let value): "the number \(value)"
        case .boolean(let value): value ? "true" : "false"
        case .time: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}
