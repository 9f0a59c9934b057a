extension DurationText {
    /// The duration that a text like "90s" or "2h" names; nil when it names none.
    package static func value(_ text: String) -> Duration? {
        do throws(ValueMismatch) {
            return try parse(text)
        } catch {
            return nil
        }
    }
}
