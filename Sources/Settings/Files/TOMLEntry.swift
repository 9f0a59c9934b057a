/// A key of a TOML table with its value and where the key stands.
struct TOMLEntry: Sendable {
    let key: String
    let value: TOMLValue
    let position: SourcePosition
}
