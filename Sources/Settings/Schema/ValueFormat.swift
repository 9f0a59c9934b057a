import Core

/// How the values of a key are read from TOML and written back.
struct ValueFormat<Value: Sendable>: Sendable {
    /// What stands behind "expected" in a message.
    let expected: String
    let parse: @Sendable (TOMLValue, ExpansionContext) throws(ValueMismatch) -> Value
    /// The value as TOML text that `parse` reads back; nil when it is not set.
    let print: @Sendable (Value) -> String?

    init(
        _ expected: String,
        parse: @escaping @Sendable (TOMLValue, ExpansionContext) throws(ValueMismatch) -> Value,
        print: @escaping @Sendable (Value) -> String?
    ) {
        self.expected = expected
        self.parse = parse
        self.print = print
    }

    /// A format of strings.
    init(
        text expected: String,
        parse: @escaping @Sendable (String, ExpansionContext) throws(ValueMismatch) -> Value,
        print: @escaping @Sendable (Value) -> String
    ) {
        self.init(expected) { value, context throws(ValueMismatch) in
            guard case .string(let text) = value else { throw ValueMismatch() }
            return try parse(text, context)
        } print: {
            TOMLText.quoted(print($0))
        }
    }

    /// The same format for a key that need not be set.
    static func optional<Wrapped>(_ format: ValueFormat<Wrapped>) -> Self where Value == Wrapped? {
        ValueFormat(format.expected, parse: format.parse) { $0.flatMap(format.print) }
    }

    /// An array of such values; `expected` says of what, as in "an array of names".
    static func array<Element>(_ expected: String, of format: ValueFormat<Element>) -> Self
    where Value == [Element] {
        ValueFormat(expected) { value, context throws(ValueMismatch) in
            guard case .array(let elements) = value else { throw ValueMismatch() }
            var values: [Element] = []
            for element in elements {
                do throws(ValueMismatch) {
                    values.append(try format.parse(element, context))
                } catch {
                    let reason = error.reason ?? "expected \(format.expected)"
                    throw ValueMismatch("in it \(element.description): \(reason)")
                }
            }
            return values
        } print: { values in
            "[" + values.compactMap(format.print).joined(separator: ", ") + "]"
        }
    }
}

extension ValueFormat<Bool> {
    static var boolean: Self {
        ValueFormat("true or false") { value, _ throws(ValueMismatch) in
            guard case .boolean(let flag) = value else { throw ValueMismatch() }
            return flag
        } print: {
            $0 ? "true" : "false"
        }
    }
}

extension ValueFormat<Int> {
    static func integer(_ bounds: ClosedRange<Int>) -> Self {
        ValueFormat("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)") {
            value,
            _ throws(ValueMismatch) in
            guard case .integer(let number) = value, let number = Int(exactly: number),
                bounds.contains(number)
            else { throw ValueMismatch() }
            return number
        } print: {
            String($0)
        }
    }
}

extension ValueFormat<String> {
    /// One line of text that is not empty, and possible by `isValid` beyond that.
    static func line(
        _ expected: String,
        maximumBytes: Int = 255,
        where isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Self {
        ValueFormat(text: expected) { text, _ throws(ValueMismatch) in
            guard !text.isEmpty else { throw ValueMismatch("it is empty") }
            guard text.utf8.count <= maximumBytes else {
                throw ValueMismatch("it is longer than \(maximumBytes) bytes")
            }
            guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
            else { throw ValueMismatch("it contains a control character") }
            guard isValid(text) else { throw ValueMismatch() }
            return text
        } print: {
            $0
        }
    }

    /// The name of a source or receiver.
    static var sectionName: Self {
        line("a name of a-z, 0-9, \"_\" and \"-\"", where: SectionName.isValid)
    }
}

extension ValueFormat<BytePath> {
    /// An absolute path, once `~` and `$NAME` are expanded.
    static var path: Self {
        ValueFormat(text: "an absolute path (\"~\" and $NAME are expanded)") {
            text,
            context throws(ValueMismatch) in
            try BytePath(context.absolutePath(text))
        } print: {
            ExpansionContext.escaped(String(decoding: $0.bytes, as: UTF8.self))
        }
    }
}

extension ValueFormat {
    /// One word of an enumeration.
    static func word() -> Self
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        let words = Value.allCases.map(\.rawValue)
        let list = words.map { TOMLText.quoted($0) }.joined(separator: ", ")
        return ValueFormat(text: "one of \(list)") { text, _ throws(ValueMismatch) in
            guard let value = Value(rawValue: text) else {
                guard let nearest = Suggestion.nearest(to: text, among: words) else {
                    throw ValueMismatch()
                }
                throw ValueMismatch("did you mean \(TOMLText.quoted(nearest))?")
            }
            return value
        } print: {
            $0.rawValue
        }
    }
}
