import Foundation
import TestSupport
import Testing

@testable import Receiver

/// Each backend gets 10,000 entries (1,500 unless TAILSHIP_LONG is set), while 20 things go wrong.
///
/// A third of them change. Connections are refused,
/// cut before and after the commit, or slow; there are a full disk, a changed schema, a poison row, a catalog restored from a
/// backup. It has each row exactly once in its latest form then, and so again after a rewind.
@Suite("Delivery through faults", .serialized)
struct ExactlyOnceTests {
    private static let seeds: [UInt64] = [1]

    private func live(
        _ seed: UInt64,
        _ make: (ChangingCatalog) throws -> any DeliveryTarget
    ) throws {
        var life = try DeliveryLife(seed: seed)
        let target = try make(life.catalog)
        try life.live(target)
        guard target.port != nil else { return }
        let broken = Set(life.faults)
        for name in ["refused", "before", "after", "slow"] { #expect(broken.contains(name)) }
    }

    // MARK: Files and programs

    @Test("jsonl: each row in its latest form", arguments: seeds)
    func lines(seed: UInt64) throws {
        try live(seed) { LinesTarget($0.folder + "/out") }
    }

    @Test(
        "exec: a program of one's own has each row in its latest form",
        .enabled(if: PythonServer.isThere, "python3 is not installed"),
        arguments: seeds
    )
    func program(seed: UInt64) throws {
        try live(seed) { try ProgramTarget($0.folder) }
    }

    @Test(
        "parquet, read by DuckDB and pyarrow: each row in its latest form",
        .enabled(if: PythonServer.isInstalled("duckdb"), "make test-servers installs duckdb"),
        arguments: seeds
    )
    func parquet(seed: UInt64) throws {
        try live(seed) { ParquetTarget($0.folder + "/lake") }
    }

    // MARK: Real servers

    @Test(
        "postgresql: each row once, in its latest form",
        .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"),
        arguments: seeds
    )
    func postgres(seed: UInt64) throws {
        try live(seed) { _ in try PostgresTarget() }
    }

    @Test(
        "clickhouse (its engine, chdb, behind a front of ours): each row once, in its latest form",
        .enabled(if: PythonServer.isInstalled("chdb"), "make test-servers installs chdb"),
        arguments: seeds
    )
    func clickhouse(seed: UInt64) throws {
        try live(seed) { try ClickHouseTarget($0.folder) }
    }

    // MARK: Stand-ins

    @Test(
        "questdb (stand-in): each row once, in its latest form",
        .enabled(if: PythonServer.isThere, "python3 is not installed"),
        arguments: seeds
    )
    func questdb(seed: UInt64) throws {
        try live(seed) { _ in try QuestTarget() }
    }

    @Test(
        "neo4j (stand-in): each node once, in its latest form",
        .enabled(if: PythonServer.isThere, "python3 is not installed"),
        arguments: seeds
    )
    func neo4j(seed: UInt64) throws {
        try live(seed) { _ in try NeoTarget() }
    }

    @Test(
        "mongodb (stand-in): each document once, in its latest form",
        .enabled(if: PythonServer.isThere, "python3 is not installed"),
        .enabled(if: MongoTarget.isInstalled, "libmongoc, the client library, is not installed"),
        arguments: seeds
    )
    func mongodb(seed: UInt64) throws {
        try live(seed) { _ in try MongoTarget() }
    }

    @Test(
        "webhook (stand-in): each row in its latest form, every batch signed",
        .enabled(if: PythonServer.isThere, "python3 is not installed"),
        arguments: seeds
    )
    func webhook(seed: UInt64) throws {
        try live(seed) { _ in try HookTarget() }
    }
}
