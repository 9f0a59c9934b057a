/// Some of what was found, and how much there is in all.
package struct SearchPage: Sendable, Hashable {
    package var hits: [SearchHit]
    package var total: Int64
    /// Where the next page begins; nil when this is the last.
    package var next: SearchCursor?
}
