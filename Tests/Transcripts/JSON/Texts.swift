import Testing
import Transcripts

extension [UInt8] {
    /// Hands the bytes to `body` with the padding that a parser asks for.
    func padded<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let all = self + [UInt8](repeating: 0x78, count: JSONParser.padding)
        return try all.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
    }
}

/// What the tolerant parser makes of a text.
func tolerant(
    _ text: [UInt8],
    lineBreaks: Bool = true
) -> (outcome: TolerantJSON.Outcome, json: String?, repairs: JSONRepairs) {
    var parser = TolerantJSON()
    let outcome = text.withUnsafeBytes { parser.parse($0, lineBreaks: lineBreaks) }
    guard case .complete = outcome else { return (outcome, nil, parser.repairs) }
    return (outcome, parser.value { $0.json() }, parser.repairs)
}
