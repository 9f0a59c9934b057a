import Core
import Transcripts

/// What a response costs.
package protocol Pricing {
    /// The price of one response, in millionths of a dollar, and the version of the table that it is from.
    ///
    /// `at`: when it was given; nil when no record tells.
    /// Nil when the model, or its price on that day, is not known.
    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)?

    /// The tokens that a model takes at a time; nil where that is not known.
    func window(of model: String, at: WallTime?) -> Int64?

    /// Tells tables apart: of two with the same all prices are the same.
    var fingerprint: UInt64 { get }
}

/// Knows no price: every response is unpriced.
package struct NoPricing: Pricing {
    package init() {}

    /// Nil.
    package func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)? { nil }

    /// Nil.
    package func window(of model: String, at: WallTime?) -> Int64? { nil }

    package var fingerprint: UInt64 { 0 }
}
