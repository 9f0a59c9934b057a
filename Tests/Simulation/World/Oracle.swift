import Archive
import Core
import Platform
import Shipping
import TLS
import TestSupport
import Wire

@testable import Agent
@testable import Receiver

/// Knows what must be in the archive, and fails the run when it is not.
final class Oracle {
    private unowned let world: World
    /// What the journal has synced of each stream: it may never be lost and never change.
    private var durable: [StreamID: [UInt8]] = [:]
    /// Contents that were held when their last name went.
    private var owed: [(content: [UInt8], name: BytePath)] = []
    private var wasRestored = false
    /// What was durable before the receiver was restored: until the agent hears of that, it lets go what was verified.
    private var former: [[UInt8]] = []
    /// A clone, or a restored receiver, may have put its own bytes behind the same names.
    var hasForeignBytes = false
    private let decompressor: LZ4Decompressor?

    init(_ world: World) {
        self.world = world
        decompressor = try? LZ4Decompressor()
    }

    // MARK: What happens

    func journaled(_ jobs: [JournalJob]) {
        for job in jobs { if case .batch(let payload) = job.content { journaled(payload) } }
    }

    private func journaled(_ payload: [UInt8]) {
        do throws(WireError) {
            let result = payload.withUnsafeBytes { bytes in
                Result { () throws(WireError) in try unpack(bytes) }
            }
            for (chunk, bytes) in try result.get() {
                let have = durable[chunk.stream, default: []].count
                guard chunk.offset <= have else { continue }
                let skipped = have - Int(chunk.offset)
                if skipped < bytes.count {
                    durable[chunk.stream, default: []] += bytes[skipped...]
                }
            }
        } catch {
            world.fail("a batch that was journaled cannot be read: \(error)")
        }
    }

    private func unpack(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> [(Chunk, [UInt8])] {
        let (batch, body) = try Batch.decode(bytes)
        guard batch.rawBytes > 0 else { return [] }
        var raw = [UInt8](repeating: 0, count: batch.rawBytes)
        let frame = UnsafeRawBufferPointer(rebasing: bytes[body...])
        let result = raw.withUnsafeMutableBytes { target in
            Result { () throws(WireError) in try decompressor?.decompress(frame, into: target) }
        }
        _ = try result.get()
        var start = 0
        return batch.chunks.map { chunk in
            defer { start += chunk.length }
            return (chunk, Array(raw[start..<(start + chunk.length)]))
        }
    }

    /// The held content is about to lose its name; `isCompared` when the agent knows what the receiver has now.
    func owe(_ content: [UInt8], _ name: BytePath, isCompared: Bool) {
        if !isCompared, former.contains(where: { $0.starts(with: content) }) { return }
        owed.append((content, name))
    }

    func receiverRestored() {
        // What it had verified the agent has let go.
        owed.removeAll { owed in durable.values.contains { $0.starts(with: owed.content) } }
        former += durable.values
        durable = [:]
        wasRestored = true
        hasForeignBytes = true
    }

    /// What a power cut took from the workstation's disk nobody owes any more, nor what it gave its name back.
    func agentLostPower(_ site: AgentSite) {
        owed.removeAll { owed in
            !site.disk.files(below: AgentSite.held).contains {
                site.disk.contents($0) == owed.content
                    && (try? site.disk.status($0))??.links == 1
            }
                && !durable.values.contains { $0.starts(with: owed.content) }
        }
    }

    func forgetOwed() { owed = [] }

    // MARK: Checks

    /// Everything that the journal had synced is in the archive, unchanged.
    func receiverRecovered(_ process: ReceiverProcess) {
        let archive = process.workshop.archive
        let archived = contents(archive)
        if !wasRestored {
            for (stream, bytes) in durable {
                let have = archived[stream] ?? []
                guard !have.starts(with: bytes) else { continue }
                world.fail(
                    "\(stream): \(bytes.count) bytes were durable, the archive has \(have.count), "
                        + "equal up to \(zip(have, bytes).prefix { $0 == $1 }.count)"
                )
            }
        }
        wasRestored = false
        durable = archived
        if let cause = archive.recovery.short.first { world.fail("a damaged object: \(cause)") }
    }

    private func contents(_ archive: Archive) -> [StreamID: [UInt8]] {
        var all: [StreamID: [UInt8]] = [:]
        archive.forEachFile { file in
            for (generation, state) in file.generations {
                let id = StreamID(file: file.id, generation: generation)
                var bytes = [UInt8](repeating: 0, count: Int(state.held))
                do throws(OperatorError) {
                    let result = bytes.withUnsafeMutableBytes { buffer in
                        Result { () throws(OperatorError) in
                            try archive.read(id, at: 0, into: buffer)
                        }
                    }
                    let count = try result.get()
                    guard count == bytes.count else { return world.fail("\(id) is short") }
                } catch { world.fail("\(id) cannot be read: \(error)") }
                all[id] = bytes
            }
        }
        return all
    }

    /// No cursor of the agent is beyond what is durable.
    func checkCursors(_ site: AgentSite) {
        guard !hasForeignBytes, let process = site.process else { return }
        do {
            try process.store.eachOpenPosition(process.number) { stream, offset in
                let have = durable[stream]?.count ?? 0
                if offset > have {
                    world.fail("\(stream) is acknowledged to \(offset), durable to \(have)")
                }
            }
        } catch { world.fail("\(error)") }
    }

    /// At the end: every file is in the archive, and so is everything that was held.
    func checkEnd(_ site: AgentSite, _ process: ReceiverProcess) {
        let archive = process.workshop.archive
        let archived = contents(archive)
        var files: [String] = []
        archive.forEachFile { file in
            for generation in file.generations.keys.sorted() {
                let id = StreamID(file: file.id, generation: generation)
                files.append("\(file.path) \(id) \(archived[id]?.count ?? 0)")
            }
        }
        for path in site.disk.files(below: AgentSite.root) {
            guard let name = path.relative(to: AgentSite.root),
                AgentSite.source.decide(name) != .excluded
            else { continue }
            let content = site.disk.contents(path) ?? []
            let latest = archive.files(agent: site.agent, source: "logs", path: name)
                .compactMap { archive.file($0) }
                .map { file in
                    file.generations.keys.sorted().map { StreamID(file: file.id, generation: $0) }
                }
            let candidates = latest.flatMap { streams in
                hasForeignBytes ? streams : newest(of: streams, in: archive)
            }
            guard archived.values.contains(content) else {
                world.fail("\(name) of \(content.count) bytes is nowhere in the archive")
                continue
            }
            if !candidates.contains(where: { archived[$0] == content }) {
                for line in files.sorted() { world.trace.note(line) }
                let sizes = latest.flatMap { $0 }.map { "\($0): \(archived[$0]?.count ?? 0)" }
                world.fail("\(name) of \(content.count) bytes is not the latest of \(sizes)")
            }
        }
        for (content, name) in owed
        where !archived.values.contains(where: { $0.starts(with: content) }) {
            world.fail("\(content.count) bytes that were held of \(name) are lost")
        }
        checkObjects(archive)
    }

    /// The generations that may be the file's content now: where the last one was only begun, a power loss may have taken
    /// back what began it.
    private func newest(of streams: [StreamID], in archive: Archive) -> [StreamID] {
        var newest: [StreamID] = []
        for stream in streams.reversed() {
            newest.append(stream)
            if archive.stream(stream)?.isMoreThanBegun ?? true { break }
        }
        return newest
    }

    private func checkObjects(_ archive: Archive) {
        do {
            for damage in try archive.verifyObjects(hasher: SHA256Blocks()) {
                if case .unknown = damage.reason { continue }
                world.fail("the archive is damaged: \(damage)")
            }
        } catch { world.fail("the archive cannot be verified: \(error)") }
    }
}
