import Backends
import Catalog
import Delivery
import Foundation
import TestSupport

/// A backend with faults before and after what it does, each of which a network or a disk can have.
final class FaultyBackend: Backend {
    /// What goes wrong.
    enum Fault: String, CaseIterable {
        case refused
        case cutBefore = "cut before the commit"
        case cutAfter = "cut after the commit"
        case slow
        case diskFull = "disk full"
        case halved
        case wrongPassword = "wrong password"
    }

    /// Those that happened.
    private(set) var seen: [String] = []
    private let backend: any Backend
    private var random: SeededRandom
    /// Those that are still to come.
    private var faults: [Fault]
    /// The row that no backend takes.
    private let poison: Int64?

    init(_ backend: any Backend, faults: Int, seed: UInt64, poison: Int64? = nil) {
        self.backend = backend
        self.poison = poison
        random = SeededRandom(seed: seed)
        let all = Fault.allCases
        self.faults = (0..<faults).map { all[(Int(seed % 1000) * 5 + $0) % all.count] }
    }

    var schema: String { backend.schema }
    var keepsRowsByTime: Bool { backend.keepsRowsByTime }
    func close() { backend.close() }
    func prepare() throws(Refusal) -> Cursor? { try backend.prepare() }

    func deliver(
        _ batch: DeliveryBatch,
        from source: any DeliverySource
    ) throws(Refusal) {
        if let poison, batch.rows.contains(where: { $0.id == poison && !$0.isDeletion }) {
            throw .part("poison")
        }
        var fault: Fault?
        if !faults.isEmpty, !random.oneIn(3) { fault = faults.removeFirst() }
        if let fault { seen.append(fault.rawValue) }
        switch fault {
        case .refused: throw .temporary("connection refused")
        case .cutBefore: throw .temporary("connection reset")
        case .diskFull: throw .temporary("no space left on device")
        case .halved: throw .part("something is wrong with a row")
        case .slow: usleep(100_000)
        default: break
        }
        try backend.deliver(batch, from: source)
        if fault == .cutAfter { throw .temporary("no answer came") }
        if fault == .wrongPassword {
            throw .blocked("authentication failed", remedy: "correct it")
        }
    }
}
