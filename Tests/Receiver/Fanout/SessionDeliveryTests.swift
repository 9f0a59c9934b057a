import Backends
import Core
import Delivery
import Foundation
import Platform
import Settings
import TestSupport
import Testing

@testable import Receiver

/// A whole session goes at once when it is quiet, and again as a whole when it grew.
@Suite("Delivery of whole sessions", .serialized)
final class SessionDeliveryTests {
    private let catalog: ChangingCatalog
    private let folder: String

    init() throws {
        catalog = try ChangingCatalog(entries: 500)
        folder = catalog.folder + "/sessions"
    }

    private func drive(idle: Duration) throws -> ConsumerStatus {
        var settings = ConsumerSettings(name: "test")
        settings.backend = .jsonl
        settings.directory = BytePath(folder)
        settings.by = .session
        settings.delivery = .session
        settings.sessionIdle = idle
        settings.batchAge = .zero
        let driver = try ConsumerDriver(
            settings,
            backend: BackendFactory.make(settings),
            storage: BytePath(catalog.folder)
        )
        // A consumer that is current may have sessions that it has yet to look at.
        var calm = 0
        for _ in 0..<2000 where calm < 100 {
            _ = driver.work { _ in true }
            let status = driver.status()
            calm = status.lag == 0 && status.state == .current ? calm + 1 : 0
            usleep(1000)
        }
        return driver.status()
    }

    /// The lines of a session's file by what they are about; one that stands twice is a failure.
    private func lines(_ session: String) throws -> [String: Int64] {
        let path = folder + "/claude-code/" + session + ".jsonl"
        var rows: [String: Int64] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let row = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            )
            let key = "\(row["table"] ?? "")/\(row["id"] ?? "")"
            let rev = try #require(row["rev"] as? Int64)
            #expect(rows.updateValue(rev, forKey: key) == nil, "\(key) stands twice")
        }
        return rows
    }

    @Test("A session that is not quiet waits; quiet, it goes whole; grown, it goes whole again")
    func whole() throws {
        #expect(try drive(idle: .seconds(600)).state == .current)
        let before = try lines("session-3")
        #expect(before.keys.contains { $0.hasPrefix("sessions/") })
        #expect(before.keys.filter { $0.hasPrefix("messages/") }.count == 50)

        try catalog.change(received: Clock.wall())
        let waiting = try drive(idle: .seconds(600))
        #expect(waiting.state == .current)
        #expect(try lines("session-3") == before, "it was written to a moment ago")

        #expect(try drive(idle: .zero).state == .current)
        let tables = ["sessions", "messages", "responses", "entries"]
        var all: [String: Int64] = [:]
        for number in 0..<10 { all.merge(try lines("session-\(number)")) { a, _ in a } }
        let kept = all.filter { tables.contains(String($0.key.prefix { $0 != "/" })) }
        #expect(try kept == catalog.rows(of: tables))
        #expect(try lines("session-3").count > before.count)
    }
}
