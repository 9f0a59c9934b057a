import Core
import Synchronization
import Testing

@testable import Platform

/// How far long work is.
struct ProgressBarTests {
    /// A clock that is set by hand, and what was drawn.
    private final class Screen {
        var now = Instant.zero
        var drawn: [String] = []

        func bar(_ total: UInt64, columns: Int = 80, isThere: Bool = true) -> ProgressBar {
            ProgressBar(
                "restore",
                total: total,
                columns: columns,
                unit: { "\($0) B" },
                now: { [self] in now },
                write: isThere ? { [self] in drawn.append($0) } : nil
            )
        }
    }

    @Test("It shows share, amount and the time that is left, and goes when it is finished")
    func draws() {
        let screen = Screen()
        let bar = screen.bar(1000)
        bar.add(100)
        #expect(screen.drawn == [])
        screen.now = screen.now + .seconds(10)
        bar.add(400)
        #expect(screen.drawn.count == 1)
        #expect(screen.drawn[0].contains("50 %  500 B of 1000 B  10 s left"))
        #expect(screen.drawn[0].contains("███████████████░░░░░░░░░░░░░░░"))
        bar.add(1)
        #expect(screen.drawn.count == 1)
        bar.finish()
        #expect(screen.drawn.last == "\r\u{1b}[K")
        bar.finish()
        #expect(screen.drawn.count == 2)
    }

    @Test("Work that is done at once has none, nor has a program that reads")
    func silent() {
        let screen = Screen()
        let quick = screen.bar(10)
        quick.add(10)
        quick.finish()
        let nobody = screen.bar(10, isThere: false)
        screen.now = screen.now + .seconds(60)
        nobody.add(5)
        #expect(screen.drawn == [])
    }

    @Test("It fits the terminal, and more than all is all", arguments: [10, 25, 40, 80, 200])
    func fits(_ columns: Int) {
        let screen = Screen()
        let bar = screen.bar(1000, columns: columns)
        screen.now = screen.now + .seconds(4000)
        bar.add(300)
        screen.now = screen.now + .seconds(1)
        bar.add(3000)
        for text in screen.drawn {
            #expect(DisplayWidth.of(text.dropFirst(4)) < columns, "\(text)")
        }
        #expect(columns < 80 || screen.drawn[1].contains("100 %"))
    }
}
