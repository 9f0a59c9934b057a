import Catalog
import Core
import Platform
import Settings

/// `tailship-receiver retention`: what is too old goes now, or with `--dry-run` is only counted.
enum RetentionCommand {
    static func run(_ settings: ReceiverSettings, _ arguments: Arguments) throws(OperatorError) {
        try StorageOwner.become(settings)
        let root = settings.storage.directory
        let retention = settings.retention
        guard retention.isOn else {
            _ = StandardOutput.write("everything is kept: [retention] sets no age\n")
            return
        }
        let now = Clock.wall()
        if arguments.flags.contains("--dry-run") {
            let catalog = try CatalogReader(path: root.appending("catalog.db"))
            let holds = try Registry(path: root.appending("receiver.db")).lifecycle().held
            let forecast = try catalog.retirement(
                retention.plan(at: now),
                archive: retention.archive.map { now + (.zero - $0) },
                held: holds
            )
            _ = StandardOutput.write(
                arguments.flags.contains("--json") ? json(forecast) : text(forecast, retention)
            )
            return
        }
        if ReceiverCommand.nudge(settings, "retain") {
            _ = StandardOutput.write(
                "the receiver takes out what is too old; its log says how much went\n"
            )
        } else {
            try StoppedReceiver(settings).settle(retiring: true)
            _ = StandardOutput.write("what was too old is gone; the audit says how much went\n")
        }
    }

    private static func text(
        _ forecast: RetirementForecast,
        _ retention: ReceiverSettings.Retention
    ) -> String {
        var table = TextTable(["WHAT", "OLDER THAN", "GOES"])
        for row in forecast.rows {
            table.add([row.table, row.before.iso8601, AmountText.grouped(row.count) + " rows"])
        }
        if let before = forecast.archiveBefore {
            let bytes = ByteCount.text(forecast.bytes)
            table.add([
                "archive", before.iso8601, AmountText.grouped(forecast.files) + " files, \(bytes)",
            ])
        }
        var text = table.text
        if forecast.heldSessions > 0 {
            text +=
                "\(AmountText.grouped(forecast.heldSessions)) sessions are under legal hold and stay\n"
        }
        return text + "nothing was deleted (--dry-run)\n"
    }

    private static func json(_ forecast: RetirementForecast) -> String {
        var writer = JSONWriter()
        writer.object { json in
            json.array("rows") { json in
                for row in forecast.rows {
                    json.object { json in
                        json.string("table", row.table)
                        json.string("before", row.before.iso8601)
                        json.number("rows", row.count)
                    }
                }
            }
            json.string("archive_before", forecast.archiveBefore?.iso8601)
            json.number("files", forecast.files)
            json.number("bytes", forecast.bytes)
            json.number("held_sessions", forecast.heldSessions)
        }
        return writer.result + "\n"
    }
}
