import Core
import Foundation
import TLS
import TestSupport
import Testing

/// Prints what a session costs.
///
/// The bounds are loose: other tests take memory and time meanwhile.
@Suite("Measurements", .serialized)
struct MeasurementTests {
    @Test("An idle established session of a server is small")
    func idleMemory() throws {
        let fixture = try Fixture()
        let client = try fixture.clientContext()
        let server = try fixture.serverContext()
        // The first ones pay for what all share.
        var sessions = try (0..<50).map { _ in try established(client, server) }
        let before = try residentKiB()
        let count = 400
        for _ in 0..<count { sessions.append(try established(client, server)) }
        let each = Double(try residentKiB() - before) / Double(count)
        print("idle server session: \(each) KiB")
        #expect(each < 250)
        #expect(sessions.allSatisfy { $0.isEstablished && $0.pendingOutputCount == 0 })
    }

    @Test("Sealing and unsealing keep up with a fast network")
    func throughput() throws {
        let fixture = try Fixture()
        let pair = try Pair(
            client: try fixture.clientContext(),
            server: try fixture.serverContext()
        )
        pair.pump()
        let piece = [UInt8](repeating: 7, count: 256 * 1024)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 16)
        defer { buffer.deallocate() }
        var received = 0
        let pieces = 1000
        let time = try processorTime {
            for _ in 0..<pieces {
                try piece.withUnsafeBytes { try pair.client.seal($0) }
                try pair.client.withPendingOutput { output in
                    try pair.server.unseal(output, into: buffer) {
                        (plain: UnsafeRawBufferPointer) throws(TLSError) in received += plain.count
                    }
                }
                pair.client.consumeOutput(pair.client.pendingOutputCount)
            }
        }
        let rate = Double(received) / 1_000_000 / (time / .seconds(1))
        print("seal and unseal: \(rate) MB/s")
        #expect(received == pieces * piece.count)
        #expect(rate > 20)
    }

    private func established(_ client: TLSContext, _ server: TLSContext) throws -> TLSSession {
        let pair = try Pair(client: client, server: server)
        pair.pump()
        return pair.server
    }

    private func residentKiB() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }
}
