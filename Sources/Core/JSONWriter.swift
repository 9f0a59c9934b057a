/// JSON text, written in order: enough for status output, without Foundation.
package struct JSONWriter: Sendable {
    private var text = ""
    private var needsComma = false

    package init() {}

    package var result: String { text }

    /// Writes an object whose members `body` writes; a key is for members of an object only.
    package mutating func object(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        open(key, "{")
        body(&self)
        close("}")
    }

    /// Writes an array whose elements `body` writes without keys.
    package mutating func array(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        open(key, "[")
        body(&self)
        close("]")
    }

    /// Writes a string, escaped; nil becomes null.
    package mutating func string(_ key: String? = nil, _ value: String?) {
        guard let value else { return raw(key, "null") }
        raw(key, JSONWriter.quoted(value))
    }

    /// Writes a whole number with all its digits, beyond 2^53 too.
    package mutating func number(_ key: String? = nil, _ value: some BinaryInteger) {
        raw(key, String(value))
    }

    /// Writes `value`; one that is not finite becomes null, as JSON has no word for it.
    package mutating func number(_ key: String? = nil, _ value: Double) {
        raw(key, value.isFinite ? value.description : "null")
    }

    /// Writes true or false.
    package mutating func bool(_ key: String? = nil, _ value: Bool) {
        raw(key, value ? "true" : "false")
    }

    /// `value` as a JSON string with its quotes.
    package static func quoted(_ value: String) -> String {
        var out = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                // C1 as well: some terminals obey it.
                if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                    out += "\\u00" + Hex.encode([UInt8(scalar.value)])
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }

    private mutating func raw(_ key: String?, _ value: String) {
        separate(key)
        text += value
        needsComma = true
    }

    private mutating func open(_ key: String?, _ bracket: String) {
        separate(key)
        text += bracket
        needsComma = false
    }

    private mutating func close(_ bracket: String) {
        text += bracket
        needsComma = true
    }

    private mutating func separate(_ key: String?) {
        if needsComma { text += "," }
        if let key { text += JSONWriter.quoted(key) + ":" }
    }
}
