import Archive
import Catalog
import Core
import Foundation
import Glibc
import Platform
import TestSupport
import Testing
import Transcripts
import Web

/// A storage folder with an archive and its rows, and the page on a port of its own.
final class WebStage {
    let folder: String
    let receiver = FakeReceiver()
    let book: AccessBook?
    private let site: Site
    private let server: HTTPServer
    private var writer: CatalogWriter
    private let parser: JSONParser
    private let analyser = Analyser()
    private var readers: [FileID: TranscriptReader] = [:]
    private var files: [FileID: Data] = [:]
    /// What was shipped, in its order.
    private var shipped: [(number: UInt64, agent: AgentID, lines: [String])] = []
    /// How often the rows were made anew.
    private var rebuilds = 0

    static let laptop = AgentID(high: 7, low: 1)
    static let desktop = AgentID(high: 7, low: 2)

    // `isOpen`: whether nobody has to log in.
    init(isOpen: Bool = true) throws {
        folder = NSTemporaryDirectory() + "tailship-web-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder + "/pages",
            withIntermediateDirectories: true
        )
        writer = try CatalogWriter.open(
            BytePath(folder + "/catalog-0.db"),
            pricing: TokenPricing()
        )
        try writer.begin()
        try writer.commit()
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/catalog.db",
            withDestinationPath: "catalog-0.db"
        )
        guard let parser = JSONParser() else { throw TestFailure("no parser") }
        self.parser = parser
        book = isOpen ? nil : try AccessBook(receiver)
        var options = SiteOptions(
            pages: BytePath(folder + "/pages"),
            storage: BytePath(folder),
            version: "1.2.3",
            name: "test"
        )
        options.hosts = ["page.example"]
        options.alertInterval = .milliseconds(50)
        site = try Site(
            options,
            book: book,
            seams: Seams(
                receiver: receiver,
                notebook: receiver,
                documents: receiver,
                consumers: receiver,
                alerts: receiver
            )
        )
        let address = try SocketAddress.resolve("127.0.0.1:0", defaultPort: 0)[0]
        let socket = try ListeningSocket(address: address, backlog: 64, reusePort: false)
        server = HTTPServer(socket, site)
        try server.start()
        receiver.set { facts in
            facts.agents = [
                WebStage.agent(WebStage.laptop, "ann@laptop", "ann", isConnected: true),
                WebStage.agent(WebStage.desktop, "bob@desktop", "bob", isConnected: false),
            ]
            facts.window = ReceiverFacts.Window(bytes: 1 << 20, reason: "open", text: "")
            facts.diskAvailable = 1 << 40
        }
    }

    private static func agent(
        _ id: AgentID,
        _ name: String,
        _ owner: String,
        isConnected: Bool
    ) -> AgentFacts {
        var agent = AgentFacts(
            id: id,
            name: name,
            owner: owner,
            enrolled: WallTime(nanoseconds: 1)
        )
        agent.isConnected = isConnected
        return agent
    }

    deinit {
        server.quiesce()
        site.stop()
        server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var client: WebClient { WebClient(port: server.port, server: self) }

    /// A client with a token of its own.
    func client(_ role: Web.Role, owner: String? = nil) throws -> WebClient {
        guard let book else { return client }
        let made = try book.make(
            .bearer,
            role: role,
            owner: owner,
            name: role.rawValue,
            valid: .seconds(3600),
            now: Clock.wall()
        )
        let headers = ["Authorization": "Bearer \(made.token.text)"]
        return WebClient(port: server.port, headers: headers, server: self)
    }

    func page(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/pages/" + name))
    }

    // MARK: Shipping

    /// Appends lines to a file of an agent, archives them, and makes rows of them in one commit.
    func ship(
        _ number: UInt64,
        agent: AgentID = WebStage.laptop,
        _ lines: [String],
        settled: Bool = true
    ) throws {
        shipped.append((number, agent, lines))
        try writer.begin()
        try apply(number, agent, lines)
        if settled { try writer.settleAll() }
        try writer.commit()
        site.committed()
    }

    /// Makes the rows anew in another order of the files, in the place of those that are read.
    func rebuild() throws {
        rebuilds += 1
        let former = BytePath(folder + "/catalog-\(rebuilds - 1).db")
        let name = "catalog-\(rebuilds).db"
        readers = [:]
        files = [:]
        writer = try CatalogWriter.open(
            BytePath(folder + "/" + name),
            options: CatalogOptions(purpose: .rebuild),
            pricing: TokenPricing()
        )
        try writer.inherit(from: former)
        try writer.begin()
        let numbers = Set(shipped.map(\.number)).sorted(by: >)
        for number in numbers {
            for part in shipped where part.number == number {
                try apply(number, part.agent, part.lines)
            }
        }
        try writer.settleAll()
        try writer.commit()
        try writer.compare(with: former)
        #expect(try writer.complete(from: former))
        try writer.finish()
        writer = try CatalogWriter.open(BytePath(folder + "/" + name), pricing: TokenPricing())
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/next",
            withDestinationPath: name
        )
        rename(folder + "/next", folder + "/catalog.db")
        site.committed()
    }

    /// Appends lines to a file, archives them, and writes their rows.
    private func apply(_ number: UInt64, _ agent: AgentID, _ lines: [String]) throws {
        let file = try #require(FileID(number))
        let stream = StreamID(file: file, generation: 1)
        let start = files[file]?.count ?? 0
        let added = Data((lines.joined(separator: "\n") + "\n").utf8)
        files[file, default: Data()] += added
        let object = URL(fileURLWithPath: folder + "/" + Archive.objectPath(stream).description)
        try FileManager.default.createDirectory(
            at: object.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try files[file]?.write(to: object)
        let path = "projects/p/\(number).jsonl"
        let isAnn = agent == WebStage.laptop
        let now = Clock.wall()
        let facts = FileFacts(
            stream: stream,
            agent: agent,
            agentName: isAnn ? "ann@laptop" : "bob@desktop",
            owner: isAnn ? "ann" : "bob",
            source: "claude-code",
            path: path,
            tool: .claudeCode,
            held: UInt64(files[file]?.count ?? 0),
            began: now,
            changed: now
        )
        let context = FileContext(source: "claude-code", path: BytePath(path), stream: stream)
        let reader =
            readers[file] ?? TranscriptReader(context: context, parser: parser, state: [])
        readers[file] = reader
        var items: [FileBatch.Item] = []
        let padded = Array(added) + [UInt8](repeating: 0, count: JSONParser.padding)
        padded.withUnsafeBytes { bytes in
            _ = reader.read(
                UnsafeRawBufferPointer(rebasing: bytes[..<added.count]),
                at: UInt64(start)
            ) { entry in items.append(FileBatch.Item(entry, analyser.analyse(entry))) }
        }
        try writer.upsert(facts)
        _ = try writer.apply(
            FileBatch(
                stream: stream,
                items: items,
                parsedOffset: reader.resumeOffset,
                lines: UInt64(lines.count),
                readerState: reader.state,
                received: now
            )
        )
    }
}

/// A millionth of a dollar for each token of the models whose name begins with "claude".
struct TokenPricing: Pricing {
    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)? {
        model.hasPrefix("claude") ? (usage.total, "test-1") : nil
    }

    func window(of model: String, at: WallTime?) -> Int64? { nil }

    var fingerprint: UInt64 { 1 }
}
