/// Responses of one session that are alike, and what they used together.
package struct UsageGroup {
    /// Nil for responses of no session.
    package var session: Int64?
    /// Quarters of an hour since 1970; nil without a time.
    package var quarter: Int64?
    package var model: String?
    package var speed: String?
    package var geography: String?
    package var priceVersion: String?
    package var tool: String
    package var agent: Int64
    package var owner: Int64
    /// Whether they have no price.
    package var isUnpriced: Bool
    package var sum: UsageSum
}
