/// What takes long to make of a record and needs no other: any thread may do it ahead of the writer.
package struct EntryPreparation: Sendable {
    /// In the order of the record's messages.
    var messages: [StoredMessage] = []
    /// Of its results, in their order; nil for one that is no error.
    var errorClasses: [String?] = []

    /// Nothing is prepared: the writer does it itself.
    package init() {}
}
