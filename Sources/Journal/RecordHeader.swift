import Core

/// The head of one record of an append-only file: a journal segment or a manifest.
///
/// A record starts at a multiple of 8 bytes. All integers are little-endian.
/// ```
/// offset  bytes
///      0      4   magic, "TREC"
///      4      4   length of the payload, at most `payloadBytes`
///      8      8   number of the file that the record was written to
///     16      8   salt, random, the same in all records of one file
///     24      8   sequence, larger than that of every record before it
///     32      1   kind
///     33      1   version of this layout, 1
///     34      2   length of the payload's first part, the head
///     36      4   zero
///     40      8   checksum: XXH3-64 of bytes 0 to 39, XXH3-64 of the head, XXH3-64 of the body
///     48          payload: head, then body
///                 zeros to the next multiple of 8
/// ```
/// File number and salt keep stale blocks of the disk, and records that a hostile payload imitates,
/// from being taken for records: who sends a payload does not know the salt. The payload's two parts
/// are hashed apart so that a large body is never copied behind its head.
package struct RecordHeader: Sendable, Hashable {
    let length: UInt32
    let file: UInt64
    let salt: UInt64
    let sequence: UInt64
    let kind: UInt8
    let headLength: UInt16

    /// Bytes of a header.
    package static let size = 48
    /// Records start at multiples of this many bytes.
    package static let alignment = 8
    /// The most bytes of a payload: a frame's and a head's.
    package static let payloadBytes = Limits.payloadBytes + Int(UInt16.max)

    private static let magic: UInt32 = 0x4345_5254
    private static let version: UInt8 = 1
    private static let hashedBytes = 40

    /// The header of a record that is to be written; `head` and `body` are bytes, within `payloadBytes`.
    package init(
        file: UInt64,
        salt: UInt64,
        sequence: UInt64,
        kind: UInt8,
        head: Int,
        body: Int
    ) {
        precondition(head <= Int(UInt16.max) && head + body <= RecordHeader.payloadBytes)
        self.length = UInt32(head + body)
        self.file = file
        self.salt = salt
        self.sequence = sequence
        self.kind = kind
        self.headLength = UInt16(head)
    }

    /// Reads a header from at least `size` bytes, its checksum not looked at; nil when magic, version
    /// or lengths are wrong.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.littleEndian(UInt32.self, at: 0) == RecordHeader.magic,
            bytes[33] == RecordHeader.version
        else { return nil }
        length = bytes.littleEndian(UInt32.self, at: 4)
        file = bytes.littleEndian(UInt64.self, at: 8)
        salt = bytes.littleEndian(UInt64.self, at: 16)
        sequence = bytes.littleEndian(UInt64.self, at: 24)
        kind = bytes[32]
        headLength = bytes.littleEndian(UInt16.self, at: 34)
        guard length <= RecordHeader.payloadBytes, headLength <= length else { return nil }
    }

    /// Bytes of the whole record, its padding included.
    package var footprint: Int {
        let unpadded = RecordHeader.size + Int(length)
        return (unpadded + RecordHeader.alignment - 1) / RecordHeader.alignment
            * RecordHeader.alignment
    }

    /// Bytes of zeros behind the payload.
    package var padding: Int { footprint - RecordHeader.size - Int(length) }

    /// Adds the header and the payload's head to `bytes`; body and padding follow it in the file.
    package func append(to bytes: inout [UInt8], head: [UInt8], body: ArraySlice<UInt8>) {
        let start = bytes.count
        bytes.append(littleEndian: RecordHeader.magic)
        bytes.append(littleEndian: length)
        bytes.append(littleEndian: file)
        bytes.append(littleEndian: salt)
        bytes.append(littleEndian: sequence)
        bytes.append(kind)
        bytes.append(RecordHeader.version)
        bytes.append(littleEndian: headLength)
        bytes.append(littleEndian: UInt32(0))
        let checksum = RecordHeader.checksum(
            fields: bytes[start...],
            head: Checksum.xxh3(head),
            body: Checksum.xxh3(body)
        )
        bytes.append(littleEndian: checksum)
        bytes.append(contentsOf: head)
    }

    /// Whether the checksum of the record in `bytes`, of `footprint` bytes, is right.
    package static func verify(_ bytes: UnsafeRawBufferPointer, _ header: RecordHeader) -> Bool {
        let (head, body) = header.payload(bytes)
        let expected = checksum(
            fields: bytes[..<hashedBytes],
            head: Checksum.xxh3(head),
            body: Checksum.xxh3(body)
        )
        return bytes.littleEndian(UInt64.self, at: hashedBytes) == expected
    }

    /// The two parts of the payload of the record in `bytes`.
    package func payload(
        _ bytes: UnsafeRawBufferPointer
    )
        -> (head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer)
    {
        let bodyStart = RecordHeader.size + Int(headLength)
        return (
            UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.size..<bodyStart]),
            UnsafeRawBufferPointer(rebasing: bytes[bodyStart..<(RecordHeader.size + Int(length))])
        )
    }

    private static func checksum(
        fields: some Sequence<UInt8>,
        head: UInt64,
        body: UInt64
    )
        -> UInt64
    {
        withUnsafeTemporaryAllocation(byteCount: hashedBytes + 16, alignment: 8) { scratch in
            var iterator = fields.makeIterator()
            for index in 0..<hashedBytes { scratch[index] = iterator.next() ?? 0 }
            scratch.storeBytes(of: head.littleEndian, toByteOffset: hashedBytes, as: UInt64.self)
            scratch.storeBytes(
                of: body.littleEndian,
                toByteOffset: hashedBytes + 8,
                as: UInt64.self
            )
            return Checksum.xxh3(UnsafeRawBufferPointer(scratch))
        }
    }
}
