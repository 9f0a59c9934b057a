import Catalog
import Core
import Foundation
import Synchronization
import Testing
import Transcripts

@testable import Receiver

/// Commands read beside the receiver that writes.
struct ReadingWhileWritingTests {
    @Test("Every command answers from one state while a writer is at work", .timeLimit(.minutes(2)))
    func all() throws {
        let stage = try QueryStage()
        let isDone = Atomic<Bool>(false)
        let failure = Mutex<String?>(nil)
        let written = Atomic<Int>(0)
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) {
            do {
                var number = 0
                while !isDone.load(ordering: .relaxed), number < 2000 {
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
                    written.store(number, ordering: .relaxed)
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
        defer {
            isDone.store(true, ordering: .relaxed)
            group.wait()
            #expect(failure.withLock { $0 } == nil)
        }
        var last = 0
        for _ in 0..<15 {
            for words in [
                ["sessions"], ["show", "5a5a"], ["cost"], ["report"], ["export", "5a5a"],
                ["sql", "SELECT COUNT(*) FROM messages"], ["search", "reader"],
            ] {
                #expect(!(try stage.run(list: words)).isEmpty)
            }
            let lines = try stage.lines(
                "search",
                "needle",
                "--json",
                "--limit",
                "100000",
                "kind:prompt"
            )
            let total = try #require(lines.last?["total"] as? Int)
            // Batches of three are seen whole, and none goes again.
            #expect(total == lines.count - 1 && total.isMultiple(of: 3) && total >= last)
            last = total
        }
        #expect(last > 0 && written.load(ordering: .relaxed) > 0)
    }
}
