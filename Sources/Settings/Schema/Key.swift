/// One key of a section: its name, its one line of documentation, and how it sets its property.
struct Key<Section>: Sendable {
    let name: String
    let summary: String
    /// The value that the shipped file shows for a key whose default depends on the machine or that has
    /// none, as TOML; nil where the default itself stands there.
    let example: String?
    let isRequired: Bool
    let expected: String
    let read: @Sendable (TOMLValue, ExpansionContext, inout Section) throws(ValueMismatch) -> Void
    /// The value as TOML; nil when it is not set.
    let write: @Sendable (Section) -> String?

    init<Value>(
        _ name: String,
        _ property: any WritableKeyPath<Section, Value> & Sendable,
        _ format: ValueFormat<Value>,
        required: Bool = false,
        example: String? = nil,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.example = example
        self.isRequired = required
        self.expected = format.expected
        self.read = { value, context, section throws(ValueMismatch) in
            section[keyPath: property] = try format.parse(value, context)
        }
        self.write = { section in format.print(section[keyPath: property]) }
    }
}
