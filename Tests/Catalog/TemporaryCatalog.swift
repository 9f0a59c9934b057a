import Catalog
import Core
import Foundation
import SQL
import Transcripts

/// A folder for one test's catalog, removed with the last reference.
final class TemporaryCatalog {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "tailship-catalog-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: BytePath { BytePath(folder + "/catalog.db") }

    /// Bytes of the file and its log.
    var size: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let path = folder + "/catalog.db" + suffix
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    func open(
        _ purpose: CatalogOptions.Purpose = .live,
        pricing: any Pricing = FlatPricing()
    ) throws -> CatalogWriter {
        try CatalogWriter.open(path, options: CatalogOptions(purpose: purpose), pricing: pricing)
    }

    /// A second connection, as a reader has it.
    func reader() throws -> Connection { try CatalogReader(path: path).database }
}

/// Prices the models whose names begin with "m" by their tokens and day, and no other.
struct FlatPricing: Pricing {
    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)? {
        guard model.hasPrefix("m") else { return nil }
        return (usage.total * 3 + (at?.seconds ?? 0) % 7, "flat-1")
    }

    func window(of model: String, at: WallTime?) -> Int64? { model == "model-a" ? 10_000 : nil }

    var fingerprint: UInt64 { 1 }
}
