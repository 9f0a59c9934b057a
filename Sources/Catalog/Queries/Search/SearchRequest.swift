/// What is searched, in which order, and how much of it is wanted.
package struct SearchRequest: Sendable, Hashable {
    /// What comes first.
    package enum Order: String, Sendable, CaseIterable {
        /// What fits best (BM25).
        case rank
        case newest
        case oldest
    }

    package var query: SearchQuery
    /// Nil for the best first where words are searched, and else the newest.
    package var order: Order?
    package var limit = 20
    /// More matches than this are ranked slice by slice, the newest messages first; a slice has so many.
    package var many: Int64 = 10_000
    package var slice: Int64 = 16_384
    /// Matches that are passed over.
    package var offset = 0
    /// Where the page before ended.
    package var after: SearchCursor?

    package init(_ query: SearchQuery) { self.query = query }
}
