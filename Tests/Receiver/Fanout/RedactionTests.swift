import Core
import Delivery
import Foundation
import Platform
import Settings
import TestSupport
import Testing

@testable import Receiver

/// What a consumer must not get, it gets on no way: neither as it comes, nor whole, nor rewound, nor tried again.
@Suite("Redaction of what is delivered", .serialized)
final class RedactionTests {
    private var life: DeliveryLife

    init() throws { life = try DeliveryLife(seed: 5, entries: 500) }

    /// A folder of lines with a policy.
    private final class Folder: DeliveryTarget {
        let folder: String
        let policy: ConsumerSettings.Redaction
        let delivery: ConsumerSettings.Delivery

        init(
            _ folder: String,
            _ policy: ConsumerSettings.Redaction,
            _ delivery: ConsumerSettings.Delivery
        ) {
            self.folder = folder
            self.policy = policy
            self.delivery = delivery
        }

        func configure(_ settings: inout ConsumerSettings, port: Int) {
            settings.backend = .jsonl
            settings.directory = BytePath(folder)
            settings.redact = policy
            settings.delivery = delivery
            settings.sessionIdle = .zero
        }

        var text: String {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                    .filter { $0.hasSuffix(".jsonl") }
                    .map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
                    .joined()
            }
        }

        func rows() throws -> [String: Int64] { [:] }
    }

    private func text(
        _ policy: ConsumerSettings.Redaction,
        _ delivery: ConsumerSettings.Delivery
    ) throws -> String {
        let target = Folder(life.catalog.folder + "/\(policy)-\(delivery)", policy, delivery)
        let key = try #require(try life.catalog.rows(of: ["messages"]).keys.sorted().first)
        let poison = Int64(key.dropFirst("messages/".count))
        let status = try life.drive(target, faults: 4, poison: poison)
        #expect(status.state == .current)
        #expect(status.deadLetters == 1)
        let store = try life.store
        try store.order(.replay([]), to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        let beginning = Cursor(epoch: status.head.epoch, rev: 0)
        try store.order(.rewind(beginning), to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        #expect(try life.drive(target, faults: 0).deadLetters == 0)
        return try target.text
    }

    @Test(
        "secrets are masked, and the rest of the text stays",
        arguments: ConsumerSettings.Delivery.allCases
    )
    func secrets(delivery: ConsumerSettings.Delivery) throws {
        let text = try text(.secrets, delivery)
        #expect(!text.contains(ChangingCatalog.secret))
        #expect(text.contains(" with ghp_"))
        #expect(text.contains("tab\\t, comma"))
    }

    @Test(
        "texts are emptied, and numbers stay",
        arguments: ConsumerSettings.Delivery.allCases
    )
    func texts(delivery: ConsumerSettings.Delivery) throws {
        let text = try text(.texts, delivery)
        #expect(!text.contains("comma") && !text.contains("ghp_"))
        #expect(text.contains("\"text\":\"\""))
        #expect(text.contains("\"output_tokens\":5"))
    }

    @Test("without a policy nothing is taken out")
    func none() throws {
        #expect(try text(.none, .live).contains(ChangingCatalog.secret))
    }

    @Test(
        "a day of Parquet that is written anew is redacted too",
        .enabled(if: PythonServer.isInstalled("duckdb"), "make test-servers installs duckdb")
    )
    func parquet() throws {
        let folder = life.catalog.folder + "/lake"
        let target = RedactedLake(folder)
        #expect(try life.drive(target, faults: 0).state == .current)
        try life.catalog.change()
        #expect(try life.drive(target, faults: 0).state == .current)
        let found = try PythonServer.run(
            """
            import duckdb, glob
            files = glob.glob("\(folder)/messages/**/*.parquet", recursive=True)
            assert any(f.endswith("-all.parquet") for f in files), files
            print(duckdb.sql(f"SELECT count(*) FILTER (text LIKE '%\(ChangingCatalog.secret)%'), "
                f"count(*) FILTER (text LIKE '% with ghp_%') FROM read_parquet({files})").fetchall())
            """
        )
        #expect(found.hasPrefix("[(0, "))
        #expect(!found.hasPrefix("[(0, 0)"))
    }

    private final class RedactedLake: DeliveryTarget {
        private let folder: String

        init(_ folder: String) { self.folder = folder }

        func configure(_ settings: inout ConsumerSettings, port: Int) {
            settings.backend = .parquet
            settings.directory = BytePath(folder)
            settings.redact = .secrets
            settings.batchRows = 50
        }

        func rows() throws -> [String: Int64] { [:] }
    }
}
