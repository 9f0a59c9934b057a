import SQL
import TLS
import Transcripts

/// What of a message's text stands in its row and in the index of words.
package struct StoredMessage: Sendable {
    /// What is stored and found of the text.
    let text: String
    /// The same as it is stored.
    let body: SQLValue
    /// Bytes of the whole text.
    let length: Int64
    /// The SHA-256 of the whole text.
    let digest: [UInt8]
    /// Tells repeated outputs and pasted texts (formula 16); nil for what is none of them, or too short.
    let normalHash: Int64?
}
