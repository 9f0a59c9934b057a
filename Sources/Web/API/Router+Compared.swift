import Catalog
import Core

/// What all analyses begin with: their time, and the time before it.
extension Router {
    /// Writes what every analysis begins with.
    static func head(_ context: RequestContext, _ span: TimeSpan, _ json: inout JSONBuffer) {
        json.time("as_of", context.now)
        json.object("span") { json in
            json.time("since", span.since)
            json.time("until", span.until)
        }
    }

    /// Writes the numbers of the time that is asked for, and with `compare=1` those of as long a time before it as
    /// `before`.
    ///
    /// - Returns: what was asked.
    /// - Throws: what the numbers throw.
    static func compared(
        _ context: RequestContext,
        _ json: inout JSONBuffer,
        _ numbers: (RequestContext, RowFilter, inout JSONBuffer) throws(APIError) -> Void
    ) throws(APIError) -> RowFilter {
        let filter = try context.span()
        head(context, filter.span, &json)
        try numbers(context, filter, &json)
        if try context.parameters.flag("compare") == true, let former = former(filter) {
            try json.object("before") { (json) throws(APIError) in
                head(context, former.span, &json)
                try numbers(context, former, &json)
            }
        }
        return filter
    }

    /// The same of as long a time before; nil without both bounds.
    private static func former(_ filter: RowFilter) -> RowFilter? {
        guard let since = filter.span.since, let until = filter.span.until else { return nil }
        let length = until.nanoseconds &- since.nanoseconds
        let start = WallTime(nanoseconds: since.nanoseconds &- length)
        return RowFilter(filter.terms, span: TimeSpan(since: start, until: since))
    }
}
