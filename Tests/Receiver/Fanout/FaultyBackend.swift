import Backends
import Catalog
import Core
import Delivery
import TestSupport

/// A backend with faults before and after what it does, each of which a network or a disk can have.
final class FaultyBackend: Backend {
    /// Faults that are still to come.
    private(set) var faults: Int
    private(set) var seen: [String: Int] = [:]
    private let backend: any Backend
    private var random: SeededRandom
    /// The row that no backend takes.
    private let poison: Int64?

    init(_ backend: any Backend, faults: Int, seed: UInt64, poison: Int64? = nil) {
        self.backend = backend
        self.faults = faults
        self.poison = poison
        random = SeededRandom(seed: seed)
    }

    var schema: String { backend.schema }
    var keepsRowsByTime: Bool { backend.keepsRowsByTime }
    func close() { backend.close() }

    private func fault(_ name: String) -> Bool {
        guard faults > 0, random.oneIn(3) else { return false }
        faults -= 1
        seen[name, default: 0] += 1
        return true
    }

    func prepare() throws(Refusal) -> Cursor? {
        if fault("refused") { throw .temporary("connection refused") }
        return try backend.prepare()
    }

    func deliver(
        _ batch: DeliveryBatch,
        from source: any DeliverySource
    ) throws(Refusal) {
        if let poison, batch.rows.contains(where: { $0.id == poison && !$0.isDeletion }) {
            throw .part("poison")
        }
        if fault("cut before the commit") { throw .temporary("connection reset") }
        if fault("disk full") { throw .temporary("no space left on device") }
        if fault("halved") { throw .part("something is wrong with a row") }
        try backend.deliver(batch, from: source)
        if fault("cut after the commit") { throw .temporary("no answer came") }
        if fault("wrong password") { throw .blocked("authentication failed", remedy: "correct it") }
    }
}
