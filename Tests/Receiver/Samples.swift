import Core
import Foundation
import Shipping
import Wire

@testable import Receiver

/// What the tests of this room say again and again.
enum Samples {
    static let agent = AgentID(high: 0xa, low: 0xb)
    static let time = WallTime(nanoseconds: 1_000)
    static let key = ConnectionKey(loop: 0, number: 1)

    static func file(_ number: UInt64) -> FileID {
        guard let id = FileID(number) else { preconditionFailure("zero is no file") }
        return id
    }

    static func stream(_ file: UInt64, _ generation: Generation = 1) -> StreamID {
        StreamID(file: self.file(file), generation: generation)
    }

    static func digest(_ byte: UInt8) -> Digest {
        guard let digest = Digest([UInt8](repeating: byte, count: Digest.size)) else {
            preconditionFailure("32 bytes are a digest")
        }
        return digest
    }

    /// What the ledger has journaled when a file was opened.
    static func opened(_ file: UInt64, _ path: BytePath) -> [Ledger.Entry] {
        [
            .fileCreated(self.file(file), agent: agent, source: "notes", path: path),
            .generationBegan(stream(file), reason: .first, modified: time, mode: 0o644),
        ]
    }

    /// A batch frame's payload with one chunk.
    static func batch(
        _ stream: StreamID,
        at offset: UInt64 = 0,
        _ text: String,
        events: [FileEvent] = []
    ) throws -> [UInt8] {
        try batch(stream, at: offset, bytes: Array(text.utf8), events: events)
    }

    static func batch(
        _ stream: StreamID,
        at offset: UInt64,
        bytes: [UInt8],
        events: [FileEvent] = []
    ) throws -> [UInt8] {
        let chunks =
            bytes.isEmpty ? [] : [Chunk(stream: stream, offset: offset, length: bytes.count)]
        var payload = Batch(chunks: chunks, events: events).encodedTable()
        if !bytes.isEmpty {
            bytes.withUnsafeBytes { LZ4.compress($0, appendingTo: &payload) }
        }
        return payload
    }

    static func open(_ path: BytePath) -> OpenRequest {
        OpenRequest(
            file: nil,
            generation: 0,
            source: "notes",
            path: path,
            reason: .first,
            size: 0,
            modified: time,
            mode: 0o644,
            proven: 0
        )
    }

    static func hello(_ nonce: Nonce = .none) -> Hello {
        Hello(
            versions: 1...1,
            agentVersion: "1",
            host: "laptop",
            user: "u",
            system: "Debian",
            instance: 1,
            nonce: nonce,
            sources: []
        )
    }
}

/// A folder for one test, removed with the last reference.
final class ScratchFolder {
    let path: BytePath
    private let text: String

    init() throws {
        text = NSTemporaryDirectory() + "tailship-receiver-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: text, withIntermediateDirectories: true)
        path = BytePath(text)
    }

    deinit { try? FileManager.default.removeItem(atPath: text) }
}
