import Catalog
import Core
import Platform
import Synchronization
import Testing
import Transcripts

@testable import Receiver

/// Commands read beside the receiver that writes.
struct ReadingWhileWritingTests {
    @Test("Every command answers from one state while a writer is at work")
    func all() throws {
        let stage = try QueryStage()
        let isDone = Atomic<Bool>(false)
        let failure = Mutex<String?>(nil)
        // A thread of its own: those of the tests may all be busy.
        let writer = Thread.spawn(name: "writer") {
            do {
                try ReadingWhileWritingTests.write(to: stage) { isDone.load(ordering: .relaxed) }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
        defer {
            isDone.store(true, ordering: .relaxed)
            writer.join()
            #expect(failure.withLock { $0 } == nil)
        }
        var last = 0
        var rounds = 0
        while rounds < 5 || last < 9, failure.withLock({ $0 }) == nil {
            rounds += 1
            for words in [
                ["sessions"], ["show", "5a5a"], ["cost"], ["report"], ["export", "5a5a"],
                ["sql", "SELECT COUNT(*) FROM messages"], ["search", "reader"],
            ] {
                #expect(!(try stage.run(list: words)).isEmpty)
            }
            let lines = try stage.lines(
                list: ["search", "needle", "--json", "--limit", "100000", "kind:prompt"]
            )
            let total = try #require(lines.last?["total"] as? Int)
            // Batches of three are seen whole, and none goes again.
            #expect(total == lines.count - 1 && total.isMultiple(of: 3) && total >= last)
            last = total
        }
    }

    /// Adds files of three records each until it is told to end.
    private static func write(to stage: QueryStage, until isDone: () -> Bool) throws {
        var number = 0
        while !isDone(), number < 3000 {
            var story = Story()
            story.isAnalysed = false
            for _ in 0..<3 {
                number += 1
                story.tell(
                    Int64(number),
                    "writer",
                    [
                        Story.prompt("needle \(number)"),
                        Story.response("w\(number)", "m-large", output: 1),
                    ] + Story.bash("w\(number)", "echo needle \(number)", block: 1)
                )
            }
            try stage.add(
                story,
                to: StreamID(file: Samples.file(UInt64(100 + number)), generation: 1),
                path: "projects/p/w\(number).jsonl"
            )
        }
    }
}
