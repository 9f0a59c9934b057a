import Archive
import Core
import TLS
import Testing

@Suite struct ArchiveEventTests {
    static let events: [ArchiveEvent] = {
        let stream = ArchiveFixture.stream(7, 3)
        let time = WallTime(nanoseconds: -5)
        let digest = SHA256.digest(of: [1])
        return [
            .fileCreated(
                file: stream.file,
                agent: ArchiveFixture.agent,
                source: "claude-code",
                path: BytePath([0xff, 0x2f, 0x0a]),
                received: time
            ),
            .generationBegan(
                stream: stream,
                received: time,
                modified: time,
                mode: 0o600,
                reason: 4
            ),
            .renamed(file: stream.file, path: "x/y", received: time),
            .deleted(file: stream.file, received: time),
            .closed(stream: stream, length: 1 << 40),
            .verified(stream: stream, length: 9, digest: digest),
            .held(stream: stream, length: 8, received: time),
            .tombstone(stream: stream, offset: 5, digest: digest, reason: 2),
            .tombstone(stream: stream, offset: 5, digest: nil, reason: 2),
            .applied(sequence: .max, durableBytes: 3),
        ]
    }()

    @Test(arguments: events) func `An event survives its bytes`(_ event: ArchiveEvent) {
        let read = event.payload.withUnsafeBytes { ArchiveEvent(kind: event.kind, payload: $0) }
        #expect(read == event)
    }

    @Test(arguments: events) func `Bytes that do not fit are no event`(_ event: ArchiveEvent) {
        let payload = event.payload
        for count in 0..<payload.count {
            let read = payload[..<count].withUnsafeBytes {
                ArchiveEvent(kind: event.kind, payload: $0)
            }
            // A tombstone without its digest is shorter by just that.
            if case .tombstone = event, count == payload.count - Digest.size { continue }
            #expect(read == nil)
        }
        #expect(
            (payload + [0]).withUnsafeBytes { ArchiveEvent(kind: event.kind, payload: $0) } == nil
        )
        let newer = [2] + payload.dropFirst()
        #expect(newer.withUnsafeBytes { ArchiveEvent(kind: event.kind, payload: $0) } == nil)
    }
}
