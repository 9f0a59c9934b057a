import Backends
import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings

/// `tailship-receiver consumers …`: what is delivered where, and orders to a consumer.
enum ConsumersCommand {
    static let usage = """
        consumers [--json] | consumers pause|resume|skip|replay|letters|schema NAME
        | consumers rewind NAME --to beginning|now|REV|DATE|SESSION [--dry-run]
        """

    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        guard arguments.rest.count > 1 else { return try list(settings, arguments) }
        guard arguments.rest.count == 3 else {
            throw OperatorError(.usage, "usage: tailship-receiver \(usage)")
        }
        let action = arguments.rest[1]
        let consumer = try find(arguments.rest[2], settings)
        switch action {
        case "letters": try letters(consumer, settings, arguments)
        case "schema": try schema(consumer)
        case "pause": try order(.pause, consumer, settings, arguments)
        case "resume": try order(.resume, consumer, settings, arguments)
        case "skip": try order(.skip, consumer, settings, arguments)
        case "replay": try order(.replay([]), consumer, settings, arguments)
        case "rewind": try rewind(consumer, settings, arguments)
        default:
            throw OperatorError(
                .usage,
                "unknown action \"\(action)\"",
                remedy: "usage: tailship-receiver \(usage)"
            )
        }
    }

    private static func find(
        _ name: String,
        _ settings: ReceiverSettings
    ) throws(OperatorError) -> ConsumerSettings {
        if let found = settings.consumers.first(where: { $0.name == name }) { return found }
        let names = settings.consumers.map(\.name).joined(separator: ", ")
        throw OperatorError(
            .input,
            "there is no consumer \"\(name)\" in the configuration",
            remedy: names.isEmpty
                ? "Add a section [consumer.\(name)] to receiver.conf." : "There are: \(names)."
        )
    }

    // MARK: Looking

    private static func list(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        let form = arguments.flags.contains("--json") ? "consumers" : "consumers text"
        _ = StandardOutput.write(
            try ControlClient.request(path, form, timeout: .seconds(10))
        )
    }

    private static func letters(
        _ consumer: ConsumerSettings,
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        let store = try open(settings)
        let letters = try database { () throws(SQLError) in
            try store.letters(of: consumer.name)
        }
        if arguments.flags.contains("--json") {
            var json = JSONWriter()
            json.array { json in
                for letter in letters {
                    json.object { json in
                        json.string("table", letter.table)
                        json.string("id", String(letter.id))
                        json.number("rev", letter.rev)
                        json.string("words", letter.words)
                        json.string("first", letter.first.iso8601)
                        json.string("last", letter.last.iso8601)
                        json.number("attempts", letter.attempts)
                    }
                }
            }
            _ = StandardOutput.write(json.result + "\n")
            return
        }
        guard !letters.isEmpty else {
            _ = StandardOutput.write("\(consumer.name) has no dead letters\n")
            return
        }
        var table = TextTable(["TABLE", "ID", "LAST", "ATTEMPTS", "WHY"])
        for letter in letters {
            table.add([
                letter.table, String(letter.id), letter.last.iso8601, String(letter.attempts),
                TerminalText.line(letter.words),
            ])
        }
        _ = StandardOutput.write(table.text)
    }

    private static func schema(_ consumer: ConsumerSettings) throws(OperatorError) {
        let text = try BackendFactory.make(consumer).schema
        _ = StandardOutput.write(
            text.isEmpty ? "-- \(consumer.name) needs no tables\n" : text
        )
    }

    // MARK: Orders

    private static func rewind(
        _ consumer: ConsumerSettings,
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        guard let target = arguments.values["--to"] else {
            throw OperatorError(
                .usage,
                "\"rewind\" needs --to",
                remedy: "--to beginning, now, a rev, a date such as 2026-11-21, or a session."
            )
        }
        let reader = try FeedReader(path: settings.storage.directory.appending(CatalogFile.name))
        let cursor = try database { () throws(SQLError) in
            let head = try reader.head()
            return try position(target, reader, head: head.rev).map {
                Cursor(epoch: head.epoch, rev: $0)
            }
        }
        guard let cursor else {
            throw OperatorError(
                .input,
                "\"\(target)\" is no rev, no date and no session",
                remedy: "tailship-receiver sessions lists the sessions."
            )
        }
        try order(.rewind(cursor), consumer, settings, arguments)
    }

    private static func position(
        _ target: String,
        _ reader: FeedReader,
        head: Int64
    ) throws(SQLError) -> Int64? {
        switch target {
        case "beginning": return 0
        case "now": return head
        default: break
        }
        if let rev = Int64(target), rev >= 0 { return min(rev, head) }
        let date = target.utf8.count == 10 ? target + "T00:00" : target
        if let time = WallTime(iso8601: date) { return try reader.rev(before: time) }
        return try reader.rev(beforeSession: target)
    }

    private static func order(
        _ order: ConsumerOrder,
        _ consumer: ConsumerSettings,
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        let store = try open(settings)
        let root = settings.storage.directory
        let forecast = try OrderForecast(order, consumer, store, storage: root)
        if arguments.flags.contains("--dry-run") {
            _ = StandardOutput.write("dry run: \(forecast.effect)\nnothing was done\n")
            return
        }
        let now = Clock.wall()
        try database { () throws(SQLError) in
            try store.order(order, to: consumer.name, author: Host.userName, at: now)
        }
        let note = order.auditLine(consumer.name, by: Host.userName)
        try Registry(path: root.appending("receiver.db")).audit(note.action, note.detail, at: now)
        let isRunning = ReceiverCommand.nudge(settings, "consumers wake")
        let moment = isRunning ? "ordered" : "ordered; it is done when the receiver runs"
        _ = StandardOutput.write("\(forecast.effect)\n\(moment)\n")
    }

    private static func open(_ settings: ReceiverSettings) throws(OperatorError) -> ConsumerStore {
        try StorageOwner.become(settings)
        return try ConsumerStore(
            path: settings.storage.directory.appending(ConsumerStore.name)
        )
    }

    private static func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}

/// The answer to `consumers` of a running receiver.
enum ConsumersReport {
    static func json(_ fanout: Fanout) -> String {
        var json = JSONWriter()
        json.array { json in
            for status in fanout.statuses { json.object { status.write(&$0) } }
            for (name, error) in fanout.failures {
                json.object { json in
                    json.string("name", name)
                    json.string("state", "failed")
                    json.string("trouble", error.description)
                }
            }
        }
        return json.result + "\n"
    }

    static func text(_ fanout: Fanout) -> String {
        let statuses = fanout.statuses
        let failures = fanout.failures
        guard !statuses.isEmpty || !failures.isEmpty else {
            return "no consumer is configured\n  → add a section [consumer.NAME] to receiver.conf\n"
        }
        var table = TextTable([
            "CONSUMER", "BACKEND", "STATE", "BEHIND", "SINCE", "ROWS", "ROWS/S", "DEAD LETTERS",
        ])
        for status in statuses {
            table.add([
                status.name, status.backend, state(status), behind(status),
                status.lagTime.map { "\($0.milliseconds / 1000) s" } ?? "-", "\(status.rows)",
                "\(Int(status.rate.rounded()))", "\(status.deadLetters)",
            ])
        }
        var text = statuses.isEmpty ? "" : table.text
        for status in statuses {
            guard let trouble = status.trouble else { continue }
            text += "\(status.name): \(TerminalText.line(trouble))\n"
            if let remedy = status.remedy { text += "  → \(remedy)\n" }
        }
        for (name, error) in failures { text += "\(name): \(error.description)\n" }
        return text
    }

    private static func behind(_ status: ConsumerStatus) -> String {
        status.lag == 0
            ? "0" : "\(status.lag) (\(ByteCount.text(UInt64(clamping: status.lagBytes))))"
    }

    private static func state(_ status: ConsumerStatus) -> String {
        status.judgement == .ok
            ? status.state.rawValue : "\(status.state.rawValue), \(status.judgement.rawValue)"
    }
}
