/// The reader of one file that is one JSON document and is rewritten whole.
package protocol DocumentDialect {
    /// What the rows of this file are filed under.
    var tool: Tool { get }

    /// A dialect for one content of a file.
    ///
    /// - Parameters:
    ///   - context: which file it is.
    ///   - state: empty; a document is read in one go.
    init(_ context: FileContext, state: [UInt8])

    /// Reads the document; it never fails: what is not understood becomes an entry that says so.
    ///
    /// - Parameters:
    ///   - document: the root, of any kind.
    ///   - position: of the whole document; several entries are told apart by their ordinal.
    /// - Returns: at least one entry.
    mutating func read(document: JSONValue, at position: RecordPosition) -> [Entry]
}
