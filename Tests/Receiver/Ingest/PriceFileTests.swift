import Core
import Foundation
import Settings
import Testing
import Transcripts

@testable import Receiver

@Suite("The price file")
struct PriceFileTests {
    private func table(_ text: String?) throws -> String {
        let path = NSTemporaryDirectory() + "tailship-prices-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.map { try Data($0.utf8).write(to: URL(filePath: path)) }
        var settings = ReceiverSettings.Prices()
        settings.file = BytePath(path)
        do throws(OperatorError) {
            _ = try PriceFile.table(settings)
            return "ok"
        } catch {
            #expect(error.code == .configuration)
            return error.message.replacing(path, with: "FILE")
        }
    }

    @Test(
        "A wrong line is named with its file, its field, what was expected and what stands there",
        arguments: [
            (
                "# mine\nm 2026-01-01 1 x - - - - - -\n",
                "FILE:2: OUTPUT: expected a whole number of 0 to 1000000000000 or -, found \"x\""
            ),
            ("m 2026-13-01 1 1 - - - - - -", "FILE:1: FROM: expected a day as YYYY-MM-DD"),
            (nil, "does not exist"), ("version v\nm 2026-01-01 1 1 - - - - - -\n", "ok"),
        ]
    )
    func faults(text: String?, words: String) throws {
        let found = try table(text)
        #expect(found.contains(words), "\(found)")
    }

    @Test("Without a file the built-in table counts")
    func none() throws {
        #expect(try PriceFile.table(ReceiverSettings.Prices()).window("claude-opus-4-6") != nil)
    }
}
