/// The keys that a section may have, in the order in which they are shown.
struct SectionSchema<Section>: Sendable {
    /// `agent` for `[agent]`, `source` for every `[source.NAME]`.
    let name: String
    let keys: [Key<Section>]
}
