/// A value of a remembered row.
enum MemoCell: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// Its number in the list of texts beside the row.
    case text(Int32)
}
