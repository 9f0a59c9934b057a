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
}
