import Backends
import Core
import Delivery
import Foundation
import Platform
import Settings
import TestSupport
import Testing

@testable import Receiver

/// Folders on a disk that really is full.
@Suite(
    "A full disk below a folder",
    .serialized,
    .enabled(if: SmallDisk.isPossible, "a small disk is mounted, which needs root")
)
struct FullDiskTests {
    /// Works until the disk is full, some time longer, and then with room until everything is there.
    private func fill(
        _ disk: SmallDisk,
        _ life: DeliveryLife,
        _ target: any DeliveryTarget
    ) throws {
        let settings = life.settings(target)
        let driver = try ConsumerDriver(
            settings,
            backend: BackendFactory.make(settings),
            storage: BytePath(life.catalog.folder)
        )
        defer { driver.close() }
        var words = ""
        work(driver) { status in
            words = status.trouble ?? ""
            return words.contains("No space left on device")
        }
        #expect(words.contains("No space left on device"), "\(words)")
        #expect(words.contains(disk.path))
        for _ in 0..<5 {
            _ = driver.work { _ in true }
            usleep(5000)
        }
        let stuck = driver.status()
        #expect(stuck.state == .retrying && stuck.lag > 0)
        #expect(stuck.deadLetters == 0, "no row is given up for a full disk")

        try disk.resize(kibibytes: 64 << 10)
        work(driver) { $0.state == .current && $0.lag == 0 }
        #expect(driver.status().state == .current)
        #expect(driver.status().deadLetters == 0)
    }

    private func work(_ driver: ConsumerDriver, until isDone: (ConsumerStatus) -> Bool) {
        let deadline = Clock.monotonic() + .seconds(120)
        while Clock.monotonic() < deadline, !isDone(driver.status()) {
            _ = driver.work { driver in !isDone(driver.status()) && Clock.monotonic() < deadline }
            usleep(1000)
        }
    }

    @Test("jsonl: every line once when there is room again", arguments: [100, 700])
    func lines(kibibytes: Int) throws {
        let disk = try SmallDisk(kibibytes: kibibytes)
        let life = try DeliveryLife(seed: 3, entries: 1000)
        let target = LinesTarget(disk.path + "/out")
        try fill(disk, life, target)
        try life.compare(target, "after the full disk")
        #expect(try target.repeats().isEmpty)
    }

    @Test(
        "parquet: every row in its latest form when there is room again",
        .enabled(if: PythonServer.isInstalled("duckdb"), "make test-servers installs duckdb"),
        arguments: [150, 400]
    )
    func parquet(kibibytes: Int) throws {
        let disk = try SmallDisk(kibibytes: kibibytes)
        let life = try DeliveryLife(seed: 3, entries: 1000)
        let target = ParquetTarget(disk.path + "/lake")
        try fill(disk, life, target)
        try life.compare(target, "after the full disk")
        let left = FileManager.default.enumerator(atPath: disk.path)?.allObjects as? [String] ?? []
        #expect(!left.contains { $0.hasSuffix(".new") }, "\(left)")
    }
}
