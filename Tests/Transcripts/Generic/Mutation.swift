/// Makes every value of a JSON text, one at a time, into one of another type.
enum Mutation {
    static let values = ["null", "-1", "1e99", "\"x\"", "[1,{\"a\":[]}]", "{\"type\":1}"]

    /// The texts, one for each member of an object and each replacement.
    static func texts(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        var isString = false
        var index = 0
        while index < bytes.count {
            if isString {
                if bytes[index] == UInt8(ascii: "\\") { index += 1 }
                if bytes[index] == UInt8(ascii: "\"") { isString = false }
            } else if bytes[index] == UInt8(ascii: "\"") {
                isString = true
            } else if bytes[index] == UInt8(ascii: ":") {
                let end = valueEnd(bytes, index + 1)
                for value in values {
                    found.append(
                        String(
                            decoding: bytes[...index] + Array(value.utf8) + bytes[end...],
                            as: UTF8.self
                        )
                    )
                }
            }
            index += 1
        }
        return found
    }

    /// Where the value that begins at `start` ends.
    private static func valueEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        var depth = 0
        var index = start
        var isString = false
        while index < bytes.count {
            let byte = bytes[index]
            if isString {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == UInt8(ascii: "\"") { isString = false }
            } else if byte == UInt8(ascii: "\"") {
                isString = true
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                if depth == 0 { return index }
                depth -= 1
            } else if byte == UInt8(ascii: ","), depth == 0 {
                return index
            }
            index += 1
        }
        return index
    }
}
