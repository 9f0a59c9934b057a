import Core
import Foundation
import Settings
import Testing

@testable import Receiver

/// Reports that are written by themselves.
struct ReportSchedulerTests {
    private func time(_ text: String) throws -> WallTime { try #require(WallTime(iso8601: text)) }

    private func scheduler(
        _ stage: QueryStage,
        _ every: ReceiverSettings.Reports.Period,
        _ format: ReceiverSettings.Reports.Format = .md
    ) throws -> ReportScheduler {
        var settings = ReceiverSettings.Reports()
        settings.directory = BytePath(stage.folder + "/reports")
        settings.every = every
        settings.format = format
        return try #require(ReportScheduler(settings, storage: BytePath(stage.folder), zone: .utc))
    }

    private func names(_ stage: QueryStage) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: stage.folder + "/reports").sorted()
    }

    @Test("Without a directory nothing is written")
    func off() {
        #expect(ReportScheduler(ReceiverSettings.Reports(), storage: "/nowhere") == nil)
    }

    @Test(
        "The first report is of the last time that is over, a while behind its end",
        arguments: [
            (ReceiverSettings.Reports.Period.day, "2026-11-06T00:06Z", "day-2026-11-05.md"),
            (.day, "2026-11-06T00:04Z", "day-2026-11-04.md"),
            (.week, "2026-11-09T12:00Z", "week-2026-11-02.md"),
            (.week, "2026-11-08T12:00Z", "week-2026-10-26.md"),
            (.month, "2026-12-01T00:05:01Z", "month-2026-11.md"),
            (.month, "2027-01-31T23:00Z", "month-2026-12.md"),
        ]
    )
    func first(_ every: ReceiverSettings.Reports.Period, _ now: String, _ name: String) throws {
        let stage = try QueryStage()
        let scheduler = try scheduler(stage, every)
        #expect(try scheduler.write(now: try time(now)) == [name])
        #expect(try scheduler.write(now: try time(now)) == [])
        #expect(try names(stage) == [name])
    }

    @Test("Missed ones are made up, each of its own day")
    func missed() throws {
        let stage = try QueryStage()
        let scheduler = try scheduler(stage, .day, .json)
        try scheduler.write(now: try time("2026-11-05T01:00Z"))
        let made = try scheduler.write(now: try time("2026-11-08T01:00Z"))
        #expect(made == ["day-2026-11-05.json", "day-2026-11-06.json", "day-2026-11-07.json"])
        let data = FileManager.default.contents(
            atPath: stage.folder + "/reports/day-2026-11-05.json"
        )
        let json = try JSONSerialization.jsonObject(with: data ?? Data()) as? [String: Any]
        let numbers = try #require(json?["numbers"] as? [String: Any])
        #expect(numbers["prompts"] as? Int == 1 && numbers["responses"] as? Int == 2)
        let span = try #require(json?["span"] as? [String: Any])
        #expect(span["until"] as? String == "2026-11-06T00:00:00.000Z")
        #expect(try names(stage).count == 4)
    }

    @Test("A month is compared with the month before")
    func former() throws {
        let stage = try QueryStage()
        let scheduler = try scheduler(stage, .month, .json)
        try scheduler.write(now: try time("2027-03-02T00:00Z"))
        let data = FileManager.default.contents(
            atPath: stage.folder + "/reports/month-2027-02.json"
        )
        let json = try JSONSerialization.jsonObject(with: data ?? Data()) as? [String: Any]
        let former = try #require(json?["former"] as? [String: Any])
        #expect(former["since"] as? String == "2027-01-01T00:00:00.000Z")
        #expect(former["until"] as? String == "2027-02-01T00:00:00.000Z")
    }

    @Test("Files of other names, and reports of another kind, are left alone")
    func others() throws {
        let stage = try QueryStage()
        let folder = stage.folder + "/reports"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["week-2026-11-02.md", "day-2026-13-01.md", "day-x.md", "notes.md"] {
            try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        let scheduler = try scheduler(stage, .day)
        #expect(try scheduler.write(now: try time("2026-11-06T01:00Z")) == ["day-2026-11-05.md"])
        #expect(try names(stage).count == 5)
    }

    @Test("The thread writes at its start, and ends when it is told")
    func thread() throws {
        let stage = try QueryStage()
        let scheduler = try scheduler(stage, .day)
        scheduler.start()
        let limit = Date().addingTimeInterval(20)
        while (try? names(stage).isEmpty) != false, Date() < limit { usleep(10_000) }
        scheduler.stop()
        #expect(try names(stage).count == 1)
    }
}
