import Catalog
import Core
import Platform
import Settings
import Synchronization

/// The thread that writes the reports of `[reports]`: each when its time is over, missed ones at the start.
///
/// A report is `NAME.md` or `NAME.json`, where `ReportPeriod.name` says NAME; it is written whole, synced, and
/// renamed to its place. What is there already is never written again, so a report can be deleted and made anew
/// by `report --to`.
final class ReportScheduler: Sendable {
    private let settings: ReceiverSettings.Reports
    private let folder: BytePath
    private let catalog: BytePath
    private let zone: LocalZone
    private let signal = Signal()
    private let isStopped = Atomic<Bool>(false)
    private let thread = Mutex<Thread?>(nil)

    /// How often it looks whether a report is due, and how long it waits after a failure.
    private static let interval = Duration.seconds(60)

    /// Writes what the settings say, by the calendar of a zone; nil when they say nothing.
    init?(_ settings: ReceiverSettings.Reports, storage: BytePath, zone: LocalZone = .current) {
        guard let folder = settings.directory else { return nil }
        self.settings = settings
        self.folder = folder
        self.zone = zone
        catalog = storage.appending("catalog.db")
    }

    func start() {
        let thread = Thread.spawn(name: "reports", niceness: 10) { [self] in
            var failure: String?
            while !isStopped.load(ordering: .relaxed) {
                do throws(OperatorError) {
                    try write(now: Clock.wall())
                    failure = nil
                } catch {
                    if failure != error.message { Log.error(error) }
                    failure = error.message
                }
                _ = signal.wait(timeout: ReportScheduler.interval)
            }
        }
        self.thread.withLock { $0 = thread }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    /// Writes what is due; the result is their names.
    @discardableResult
    func write(now: WallTime) throws(OperatorError) -> [String] {
        let disk = try open()
        let ending = "." + settings.format.rawValue
        let names = try failing { () throws(SystemError) in try disk.list("") }
            .map { String(decoding: $0.name.bytes, as: UTF8.self) }
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
        let due = ReportPeriod.due(settings.every, names, now: now, zone)
        guard !due.isEmpty else { return [] }
        let reader = try CatalogReader(path: catalog)
        var written: [String] = []
        for period in due where !isStopped.load(ordering: .relaxed) {
            let report = try reader.snapshot { () throws(OperatorError) in
                try Report(
                    reader,
                    RowFilter(span: period.span(zone)),
                    former: period.former.span(zone),
                    zone: zone
                )
            }
            let text = ReportCommand.text(report, settings.format, zone)
            let name = period.name + ending
            try failing { () throws(SystemError) in
                try disk.replaceContents(BytePath(name), Array(text.utf8))
            }
            Log.notice("report \(folder.appending(BytePath(name))) is written")
            written.append(name)
        }
        return written
    }

    private func open() throws(OperatorError) -> LinuxDisk {
        try failing { () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).makeDirectories(folder)
            return try LinuxDisk(root: folder, links: .refuse)
        }
    }

    private func failing<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        try OperatorError.system(
            .fileSystem,
            "write reports to \(folder)",
            remedy: "[reports] directory must be a folder that the receiver's user may write.",
            body
        )
    }
}
