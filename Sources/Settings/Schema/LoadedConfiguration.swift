/// Settings as they were loaded, with where each of them comes from.
///
/// A program keeps `settings` and lets go of the rest.
package struct LoadedConfiguration<Settings: Sendable>: Sendable {
    package let settings: Settings
    let origins: ConfigurationOrigins
    /// Keys of the program's own section that its command line set, with the option.
    let replaced: [String: String]

    init(
        _ settings: Settings,
        _ origins: ConfigurationOrigins,
        replaced: [String: String] = [:]
    ) {
        self.settings = settings
        self.origins = origins
        self.replaced = replaced
    }
}
