/// The path and the parameters of a request.
struct RequestTarget: Sendable {
    /// Decoded segments; none for "/".
    var path: [String]
    /// Decoded names and values in their order.
    var parameters: [(name: String, value: String)]
    /// Whether the path ends with "/".
    var isFolder: Bool

    /// Nil for what is no path, or not decodable: a "%" without two digits, NUL, what is no UTF-8, "." and "..".
    init?(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.first == "/", target.utf8.count <= 16 << 10 else {
            return nil
        }
        path = []
        isFolder = first.last == "/"
        for segment in first.split(separator: "/") {
            guard let text = RequestTarget.decode(segment, plus: false), text != ".", text != "..",
                !text.contains("/")
            else { return nil }
            path.append(text)
        }
        parameters = []
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = RequestTarget.decode(halves[0], plus: true),
                let value = RequestTarget.decode(halves.count > 1 ? halves[1] : "", plus: true)
            else { return nil }
            parameters.append((name, value))
        }
    }

    static func decode(_ text: Substring, plus: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plus: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
