import Core
import Wire

/// The payload of a batch: its table, and the LZ4 frame behind it.
///
/// Nothing is written behind what the table announces (the address sanitizer watches), and a table that was
/// read must be written as the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzBatch(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start else { return 0 }
    let payload = UnsafeRawBufferPointer(start: start, count: count)
    do throws(WireError) {
        let (batch, body) = try Batch.decode(payload)
        precondition(batch.rawBytes <= Limits.batchBytes)
        precondition(batch.chunks.count + batch.events.count <= Limits.batchEntries)
        precondition(batch.encodedTable().elementsEqual(payload[..<body]))
        try decompress(UnsafeRawBufferPointer(rebasing: payload[body...]), batch.rawBytes)
    } catch {}
    // Few mutations get past the table: the same bytes as a frame, too, with the length that they announce.
    if count > 2 {
        let frame = UnsafeRawBufferPointer(rebasing: payload[2...])
        let length = Int(payload[0]) << 8 | Int(payload[1])
        do throws(WireError) { try decompress(frame, length) } catch {}
    }
    return 0
}

private func decompress(_ frame: UnsafeRawBufferPointer, _ length: Int) throws(WireError) {
    let decompressor = try LZ4Decompressor()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 1)
    defer { room.deallocate() }
    try decompressor.decompress(frame, into: room)
}
