import Core
import TLS
import Tailing
import Wire

/// Reads the first bytes of a stream again, to find out whether the receiver's copy begins with the same.
struct ContentProof {
    let stream: StreamNumber
    /// What the receiver holds.
    let resume: Resume
    /// How far it has read.
    private(set) var position = ReadPosition.start
    private var tree = SHA256Tree()
    /// The last bytes that were read, at most what a guard covers.
    private var tail: [UInt8] = []

    init(_ stream: StreamNumber, _ resume: Resume) {
        self.stream = stream
        self.resume = resume
    }

    var isComplete: Bool { position.offset >= resume.offset }

    /// Takes what was read at `position`.
    mutating func take(_ chunk: UnsafeRawBufferPointer, next: ReadPosition) {
        let wanted = Int(min(UInt64(chunk.count), resume.offset - position.offset))
        let part = UnsafeRawBufferPointer(rebasing: chunk[..<wanted])
        tree.update(part)
        let recent = tail + part.suffix(Limits.guardBytes)
        tail = Array(recent.suffix(Limits.guardBytes))
        if wanted == chunk.count {
            position = next
        } else {
            let end = position.offset + UInt64(wanted)
            position = tail.withUnsafeBytes { ReadPosition(offset: end, endOf: $0) }
        }
    }

    /// What the agent claims of these bytes.
    mutating func claim() -> DigestClaim {
        DigestClaim(
            stream: resume.stream,
            length: resume.offset,
            digest: tree.finish()
        )
    }
}
