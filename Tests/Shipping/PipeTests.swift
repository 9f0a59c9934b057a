import Core
import Shipping
import Testing
import Wire

@Suite("Both ends together")
struct PipeTests {
    /// failures 1, 2, 11, 18, 21 and 22: cuts, half-open connections, late acks, failed syncs, killed
    /// processes and restored backups on both sides, in any order.
    @Test("Whatever happens between, every file arrives whole", arguments: 1...60)
    func everything(_ seed: UInt64) {
        var world = PipeWorld(seed: seed)
        for count in 0..<1500 {
            world.step()
            if count.isMultiple(of: 25) { world.check() }
        }
        let isFinished = world.finish()
        #expect(isFinished, "not everything was shipped")
        // A closed file left the digest, as the agent has nothing to send of it any more: a receiver that lost
        // it with its disk does not get it back.
        let lost = world.wasReceiverRestored
        for (local, file) in world.agent.files where !(lost && file.isClosed) {
            guard let stream = file.stream, let held = world.receiver.disk.streams[stream] else {
                #expect(file.size == 0, "file \(local) never came")
                continue
            }
            #expect(held.bytes == PipeAgent.content(local, Int(file.size)))
            #expect(held.isClosed == file.isClosed)
        }
        world.check()
        // A sync that failed may have left a file without streams; none has two with streams.
        let owners = world.receiver.disk.streams.keys.map(\.file)
        #expect(Set(owners).count <= world.agent.files.count)
    }
}
