import Core
import Foundation
import Testing
import Transcripts

/// Feeds records to dialects as a reader of files does.
enum Feeding {
    static func context(
        _ path: String,
        source: String = "codex",
        generation: Generation = 1
    ) throws -> FileContext {
        let file = try #require(FileID(1))
        return FileContext(
            source: source,
            path: BytePath(path),
            stream: StreamID(file: file, generation: generation)
        )
    }

    /// One parsed text; nil when it is not JSON.
    static func parse<Result>(
        _ text: some Sequence<UInt8>,
        by parser: JSONParser? = JSONParser(),
        _ body: (JSONValue) -> Result
    ) -> Result? {
        var bytes = Array(text)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: JSONParser.padding)
        return bytes.withUnsafeBytes { padded in
            try? parser?.parse(padded: UnsafeRawBufferPointer(rebasing: padded[..<count]), body)
        }
    }

    /// The entries of a file's lines; lines that are not JSON are left out.
    static func read(
        _ bytes: some Collection<UInt8>,
        _ dialect: inout some Dialect
    ) -> [Entry] {
        let parser = JSONParser()
        var entries: [Entry] = []
        var offset: UInt64 = 0
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            let position = RecordPosition(offset: offset, length: UInt64(line.count))
            offset += UInt64(line.count) + 1
            let entry = parse(line, by: parser) { dialect.read($0, at: position) }
            if let entry { entries.append(entry) }
        }
        return entries
    }

    static func codex(
        _ lines: [String],
        path: String =
            "sessions/rollout-2026-06-17T10-07-16-019ed50c-2fb3-7002-a384-360bea6e7f04.jsonl"
    ) throws -> [Entry] {
        var dialect = CodexRollout(try context(path), state: [])
        return read(lines.joined(separator: "\n").utf8, &dialect)
    }

    static func gemini(
        _ lines: [String],
        path: String = "p/chats/session-2026-04-23T12-52-0ab84937.jsonl"
    ) throws -> [Entry] {
        var dialect = GeminiSession(try context(path, source: "gemini"), state: [])
        return read(lines.joined(separator: "\n").utf8, &dialect)
    }

    static func generic(
        _ lines: [String],
        source: String,
        path: String = "s/file.jsonl"
    ) throws -> [Entry] {
        var dialect = GenericRecords(try context(path, source: source), state: [])
        return read(lines.joined(separator: "\n").utf8, &dialect)
    }
}

extension Feeding {
    /// The entries of a whole document; none when it is not JSON.
    static func documents(
        _ text: String,
        source: String,
        path: String = "p/chats/session-1.json",
        generation: Generation = 1
    ) throws -> [Entry] {
        let context = try context(path, source: source, generation: generation)
        let position = RecordPosition(offset: 0, length: UInt64(text.utf8.count))
        if source == "gemini" {
            var document = GeminiDocument(context, state: [])
            return parse(text.utf8) { document.read(document: $0, at: position) } ?? []
        }
        var document = GenericDocument(context, state: [])
        return parse(text.utf8) { document.read(document: $0, at: position) } ?? []
    }
}

extension [Entry] {
    var facts: [Fact] { flatMap(\.facts) }

    /// Messages as a catalog keeps them: of each key the greatest version, and what is withdrawn left out.
    var messages: [MessageFact] {
        var kept: [String: MessageFact] = [:]
        var order: [String] = []
        for (index, entry) in enumerated() {
            for fact in entry.facts {
                if case .message(let message) = fact {
                    let key = message.key ?? "\(entry.eventKey ?? "\(index)")/\(message.block)"
                    if kept[key] == nil { order.append(key) }
                    if let earlier = kept[key], earlier.version > message.version { continue }
                    kept[key] = message
                }
                guard case .retraction(let retraction) = fact else { continue }
                for key in retraction.keys.isEmpty ? order : retraction.keys {
                    if let message = kept[key], message.version < retraction.version {
                        kept[key] = nil
                        order.removeAll { $0 == key }
                    }
                }
            }
        }
        return order.compactMap { kept[$0] }
    }

    func texts(_ kind: MessageKind) -> [String] {
        messages.filter { $0.kind == kind }.map(\.text)
    }

    /// Responses as a catalog keeps them: of each key the one with the largest total.
    var responses: [ResponseFact] {
        var kept: [ResponseKey: ResponseFact] = [:]
        var order: [ResponseKey] = []
        var keyless: [ResponseFact] = []
        for case .response(let fact) in facts {
            guard let key = fact.key else {
                keyless.append(fact)
                continue
            }
            if kept[key] == nil { order.append(key) }
            if let earlier = kept[key], earlier.usage.total >= fact.usage.total { continue }
            kept[key] = fact
        }
        return order.compactMap { kept[$0] } + keyless
    }

    var calls: [ToolCallFact] {
        facts.compactMap { if case .call(let fact) = $0 { fact } else { nil } }
    }

    var results: [ToolResultFact] {
        facts.compactMap { if case .result(let fact) = $0 { fact } else { nil } }
    }

    var accesses: [FileAccessFact] {
        facts.compactMap { if case .access(let fact) = $0 { fact } else { nil } }
    }

    var sessionFacts: [SessionFact] {
        facts.compactMap { if case .session(let fact) = $0 { fact } else { nil } }
    }

    var attachments: [AttachmentFact] {
        facts.compactMap { if case .attachment(let fact) = $0 { fact } else { nil } }
    }

    var compactions: [CompactionFact] {
        facts.compactMap { if case .compaction(let fact) = $0 { fact } else { nil } }
    }
}
