/// Where a record stands in its file.
package struct RecordPosition: Hashable, Sendable {
    /// Of the record's first byte in the file's generation.
    package var offset: UInt64
    /// Bytes, without the newline.
    package var length: UInt64
    /// Which record of its line it is, from 0: a damaged line may hold several.
    package var ordinal: Int

    package init(offset: UInt64, length: UInt64, ordinal: Int = 0) {
        self.offset = offset
        self.length = length
        self.ordinal = ordinal
    }
}
