/// The tokens that a model can take, where no record tells.
enum ModelWindow {
    /// Nil for a model that is not known; of two sizes that a model is sold with the one that fits.
    static func of(_ model: String?, atLeast tokens: Int64) -> Int64? {
        guard let model else { return nil }
        if model.contains("claude") {
            return model.contains("[1m]") || tokens > 200_000 ? 1_000_000 : 200_000
        }
        if model.contains("gemini") { return 1_048_576 }
        return nil
    }
}
