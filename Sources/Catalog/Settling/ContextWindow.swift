import Core
import Transcripts

/// The tokens that a model could take in a session.
enum ContextWindow {
    /// What models with a large context are sold with, when they are asked for it by name.
    private static let large: Int64 = 1_000_000

    /// Nil where it is not known: no record tells it (`told`), and the price table does not know the model, or
    /// knows a smaller window than what was used of it.
    static func of(
        _ model: String?,
        at time: WallTime?,
        told: Int64?,
        used: Int64,
        _ pricing: any Pricing
    ) -> Int64? {
        if let told, told > 0 { return told }
        guard let model else { return nil }
        if model.contains("[1m]") { return large }
        guard let window = pricing.window(of: model, at: time) else { return nil }
        if used <= window { return window }
        // The header that asks for the large context is in no record, its use is.
        return model.contains("claude") && used <= large ? large : nil
    }
}
