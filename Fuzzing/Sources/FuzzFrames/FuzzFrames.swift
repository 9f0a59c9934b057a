import Core
import Wire

/// A byte stream of a peer: frames out of it in two cuts, messages out of the frames.
///
/// The first byte of the input says where the stream is cut and whether the peer is welcomed. A message that
/// was read must be written and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let stream = UnsafeRawBufferPointer(rebasing: input[1...])
    let limit = input[0] & 1 == 0 ? Limits.greetingBytes : Limits.payloadBytes
    let cut = stream.count * Int(input[0] >> 1) / 128
    var decoder = FrameDecoder(payloadLimit: limit)
    var frames: [Frame] = []
    do throws(WireError) {
        try decoder.decode(UnsafeRawBufferPointer(rebasing: stream[..<cut]), into: &frames)
        try decoder.decode(UnsafeRawBufferPointer(rebasing: stream[cut...]), into: &frames)
    } catch {}
    for frame in frames {
        precondition(frame.payload.count <= limit)
        check(frame)
    }
    // Headers have a checksum that mutations never hit: the same bytes as a payload, of a type of their choice.
    if count > 1, let type = FrameType(rawValue: input[1] % 20 + 1) {
        check(Frame(type, payload: Array(input.dropFirst(2).prefix(limit))))
    }
    return 0
}

private func check(_ frame: Frame) {
    do throws(WireError) {
        let message = try Message(frame)
        let again = try Message(message.frame(request: frame.request))
        precondition(message == again)
    } catch {}
}
