/// What is asked of rows: all of the terms, in a span of time.
package struct RowFilter: Sendable, Hashable {
    package var terms: [FilterTerm]
    package var span: TimeSpan

    package init(_ terms: [FilterTerm] = [], span: TimeSpan = TimeSpan()) {
        self.terms = terms
        self.span = span
    }

    /// Whether every row is let through.
    package var isEmpty: Bool { terms.isEmpty && span == TimeSpan() }
}
