/// A record that is to be written.
package struct PendingRecord: Sendable {
    /// What the payload is; 0 is the journal's own.
    package var kind: UInt8
    /// The payload's first part, at most 65,535 bytes, copied once.
    package var head: [UInt8]
    /// The payload's second part, never copied.
    package var body: ArraySlice<UInt8>

    /// A record of a kind above 0; head and body together fit `RecordHeader.payloadBytes`.
    package init(kind: UInt8, head: [UInt8] = [], body: ArraySlice<UInt8> = []) {
        precondition(kind != JournalKind.segmentStart, "kind 0 belongs to the journal")
        self.kind = kind
        self.head = head
        self.body = body
    }
}
