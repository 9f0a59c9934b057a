/// One record that was read and whose checksum is right.
///
/// The payload lies in the reader's buffer and is gone with the next call on that reader.
package struct StoredRecord {
    /// What the payload is.
    package let kind: UInt8
    /// Larger than that of every record before it.
    package let sequence: UInt64
    /// The payload's first part, at most 64 KiB.
    package let head: UnsafeRawBufferPointer
    /// The payload's second part.
    package let body: UnsafeRawBufferPointer
    /// Where the record starts in its file, in bytes.
    package let offset: UInt64
    /// Bytes of the whole record in its file.
    package let footprint: Int
    /// The salt of the file that it was found in.
    package let salt: UInt64
    /// The number of the file that it was found in.
    package let file: UInt64
}
