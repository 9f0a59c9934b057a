/// What tells one answer of the service from another.
///
/// Lines with the same message id and request id are one response; without a request id the message id
/// alone tells it; a side conversation's replay of a message id under another request id is the same response.
package struct ResponseKey: Sendable, Hashable {
    package var messageID: String
    package var requestID: String?

    package init(messageID: String, requestID: String? = nil) {
        self.messageID = messageID
        self.requestID = requestID
    }
}

/// Tokens of one response by the class they are billed in; no token is in two classes.
package struct TokenUsage: Sendable, Hashable {
    /// Not from a cache.
    package var input: Int64 = 0
    /// With the reasoning.
    package var output: Int64 = 0
    /// Of `output`, where the tool tells it.
    package var reasoning: Int64 = 0
    /// Written to the cache for 5 minutes.
    package var cacheWrite5m: Int64 = 0
    /// Written to the cache for an hour.
    package var cacheWrite1h: Int64 = 0
    package var cacheRead: Int64 = 0
    /// Billed by the request.
    package var webSearches: Int64 = 0

    package init() {}

    /// Tokens to and from the service; reasoning is in the output.
    package var total: Int64 { input &+ output &+ cacheWrite &+ cacheRead }
    package var cacheWrite: Int64 { cacheWrite5m &+ cacheWrite1h }
    /// What the model had before it: input and cache, which a long-context band is chosen by.
    package var context: Int64 { input &+ cacheWrite &+ cacheRead }
}

/// One telling of a response; the one with the largest total counts, one outside a side conversation first.
package struct ResponseFact: Sendable, Hashable {
    /// Nil when the tool gives none: then each telling is a response.
    package var key: ResponseKey?
    /// As the tool wrote it; nil when unknown.
    package var model: String?
    package var usage: TokenUsage
    /// "fast" is billed at a multiple.
    package var speed: String?
    /// "us" is billed at a multiple.
    package var geography: String?
    /// How hard the model was asked to think ("low", "high", "xhigh" …), where the tool tells it.
    package var effort: String?
    package var stopReason: String?
    /// What the tool says that it cost; nil when it says nothing.
    package var toolMicrodollars: Int64?
    /// Whether it was copied from a side conversation's own file (a progress record).
    package var isCopy = false
    /// Whether the service was never asked or failed ("<synthetic>"): never priced.
    package var isError = false
    /// The tokens that the model can take, where the tool tells it.
    package var contextWindow: Int64?

    package init(key: ResponseKey?, model: String?, usage: TokenUsage) {
        self.key = key
        self.model = model
        self.usage = usage
    }
}
