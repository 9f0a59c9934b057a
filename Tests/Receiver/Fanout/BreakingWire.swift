import Core
import Foundation
import TestSupport

/// A wire between a consumer and its server that breaks a given number of times.
final class BreakingWire {
    private let server: PythonServer

    init(to port: Int, seed: UInt64, faults: Int) throws {
        server = try PythonServer("wire", ["\(port)", "\(seed)", "\(faults)"], .system)
    }

    var port: Int { server.port }

    /// What it did, one word each.
    var faults: [String] {
        server.output.split(separator: "\n").map(String.init).filter { $0 != "READY" }
    }
}
