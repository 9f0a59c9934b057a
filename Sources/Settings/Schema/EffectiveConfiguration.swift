import Core

/// Writes a configuration out as TOML with the origin of every value behind it.
struct EffectiveConfiguration {
    private(set) var text = ""
    private let origins: ConfigurationOrigins

    init(_ origins: ConfigurationOrigins) { self.origins = origins }

    /// Appends `[header]` with all keys of its schema; those that are not set stand as comments.
    ///
    /// The header is `agent`, or `source.NAME`; `replaced` are keys that the command line sets, with
    /// the option's name.
    mutating func append<Section>(
        _ section: Section,
        _ schema: SectionSchema<Section>,
        header: String,
        replaced: [String: String] = [:]
    ) {
        if !text.isEmpty { text += "\n" }
        text += "[\(header)]\n"
        for key in schema.keys {
            guard let value = key.write(section) else {
                text += "# \(key.name) is not set\n"
                continue
            }
            let position = origins[header + "." + key.name]
            let origin =
                replaced[key.name]
                ?? position.map { "\(BytePath($0.file)):\($0.line)" }
                ?? "default"
            text += "\(key.name) = \(value)  # \(origin)\n"
        }
    }
}
