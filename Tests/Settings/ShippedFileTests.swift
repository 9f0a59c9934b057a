import Core
import Foundation
import Testing

@testable import Settings

@Suite("The shipped configuration files")
struct ShippedFileTests {
    private static func read(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    /// `#key = value` and `#[table]` are settings, `# text` is for reading.
    private static func uncommented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
        }.joined(separator: "\n")
    }

    /// What the file has to say about each key of a section.
    private static func lines<Section>(
        _ schema: SectionSchema<Section>,
        _ defaults: Section
    ) -> [String] {
        schema.keys.map { key in
            "# \(key.summary)\n#\(key.name) = \(key.example ?? key.write(defaults) ?? "?")\n"
        }
    }

    private static var agentLines: [String] {
        lines(AgentSettings.schema, AgentSettings(Samples.defaults))
            + lines(ReceiverEndpoint.schema, ReceiverEndpoint(name: "prod"))
            + lines(SourceSettings.schema, SourceSettings(name: "notes"))
    }

    private static var receiverLines: [String] {
        let settings = ReceiverSettings()
        return lines(ReceiverSettings.Listen.schema, settings.listen)
            + lines(ReceiverSettings.Storage.schema, settings.storage)
            + lines(ReceiverSettings.Security.schema, settings.security)
            + lines(ReceiverSettings.Limits.schema, settings.limits)
            + lines(ReceiverSettings.Reports.schema, settings.reports)
            + lines(ReceiverSettings.Prices.schema, settings.prices)
            + lines(ReceiverSettings.Log.schema, settings.log)
            + lines(ReceiverSettings.Retention.schema, settings.retention)
            + lines(ReceiverSettings.Checkpoints.schema, settings.checkpoints)
            + lines(ReceiverSettings.Alerts.schema, settings.alerts)
            + lines(ReceiverSettings.Command.schema, ReceiverSettings.Command(name: "notify"))
            + lines(ConsumerSettings.schema, ConsumerSettings(name: "prod"))
    }

    @Test("agent.conf lists every key with its line of explanation and its default")
    func agentKeys() throws {
        let text = try Self.read("agent.conf")
        #expect(Self.agentLines.filter { !text.contains($0) } == [])
    }

    @Test("receiver.conf lists every key with its line of explanation and its default")
    func receiverKeys() throws {
        let text = try Self.read("receiver.conf")
        #expect(Self.receiverLines.filter { !text.contains($0) } == [])
    }

    @Test("agent.conf changes nothing as it is")
    func agentAsIs() throws {
        let settings = try Samples.agent(Self.read("agent.conf"))
        #expect(try settings == Samples.agent(""))
    }

    @Test(
        "receiver.conf changes nothing as it is, nor with every key uncommented but paths without a default"
    )
    func receiverAsIs() throws {
        let text = try Self.read("receiver.conf")
        #expect(try Samples.receiver(text) == Samples.receiver(""))
        // No backend has all keys of a consumer.
        let end = try #require(text.range(of: "#[consumer.prod]")).lowerBound
        var settings = try Samples.receiver(Self.uncommented(String(text[..<end])))
        settings.security.certificate = nil
        settings.security.key = nil
        settings.security.authority = nil
        settings.listen.webCertificate = nil
        settings.listen.webKey = nil
        settings.reports.directory = nil
        settings.prices.file = nil
        settings.checkpoints.directory = nil
        #expect(try settings == Samples.receiver(""))
    }

    @Test("agent.conf is a configuration with every key uncommented")
    func agentUncommented() throws {
        let settings = try Samples.agent(Self.uncommented(Self.read("agent.conf")))
        #expect(settings.receivers.map(\.name) == ["prod"])
        #expect(settings.definitions.map(\.name) == ["claude-code", "notes", "codex", "gemini"])
        #expect(try settings.holdLimit == Samples.agent("").holdLimit)
    }

    @Test("An explanation is one line that says something", arguments: agentLines + receiverLines)
    func summaries(text: String) {
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines[0].hasSuffix(".") && lines[0].count > 12 && lines[0].count <= 110,
            "\(lines[0])"
        )
        #expect(!lines[1].hasSuffix("?"))
    }
}
