import Transcripts

/// Feeds a text to both parsers and to the scanner of long lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let padded = bytes + [UInt8](repeating: 0, count: JSONParser.padding)
    var tolerant = TolerantJSON()
    let outcome = bytes.withUnsafeBytes { tolerant.parse($0) }
    let json = tolerant.json
    if let parser = JSONParser() {
        let expected = padded.withUnsafeBytes { buffer in
            try? parser.parse(padded: UnsafeRawBufferPointer(rebasing: buffer[..<size])) {
                $0.json()
            }
        }
        if let expected {
            guard case .complete = outcome else { fatalError("refused what simdjson takes") }
            precondition(tolerant.repairs.isEmpty)
            precondition(expected == json)
        }
    }
    var look = TolerantJSON()
    precondition(bytes.withUnsafeBytes { look.parse($0, writes: false) } == outcome)
    precondition(look.repairs == tolerant.repairs)
    guard case .complete(let length) = outcome else { return 0 }
    var again = TolerantJSON()
    _ = Array(json.utf8).withUnsafeBytes { again.parse($0) }
    precondition(again.json == json)
    precondition(again.repairs.isEmpty)
    if length > 1, let first = json.first, first == "{" || first == "[" {
        let half = Array(bytes[..<(length / 2)])
        if case .refused = half.withUnsafeBytes({ look.parse($0) }) { fatalError("refused a half") }
        scan(bytes, length)
    }
    return 0
}

/// What the scanner takes is whole.
private func scan(_ bytes: [UInt8], _ length: Int) {
    guard let start = bytes.firstIndex(of: UInt8(ascii: "{")),
        bytes[..<start].allSatisfy({ $0 <= 0x20 })
    else { return }
    var scanner = LongLineScanner()
    let progress = bytes[start...].withUnsafeBytes { scanner.feed($0) }
    guard case .complete(let end) = progress else { return }
    precondition(start + end == length)
}

extension TolerantJSON {
    /// The value as text; empty for none.
    fileprivate var json: String { value { $0.json() } ?? "" }
}
