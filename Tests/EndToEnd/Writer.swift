import Core
import TestSupport

/// Sessions that are being written, a few lines here and there.
struct Writer {
    private let folder: BytePath
    private var random: SeededRandom
    private var tree: SessionTree
    private var sessions = 0

    init(_ folder: BytePath, seed: UInt64) throws {
        self.folder = folder
        random = SeededRandom(seed: seed)
        tree = SessionTree(seed: seed)
    }

    /// History: some MiB in files of many sizes.
    mutating func backlog() throws {
        for number in 0..<(Stage.isLong ? 120 : 40) {
            let path = folder.appending(BytePath("old/\(number % 7)/\(number).jsonl"))
            var content = tree.lines(50)
            let copies = random.oneIn(5) ? 40 : Int.random(in: 1...6, using: &random)
            content = Array(repeatElement(content, count: copies).joined())
            try Files.write(path, content + [UInt8(number & 0x7f)])
        }
    }

    /// Writes for a while: grows sessions and begins new ones.
    mutating func write(for time: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            if sessions < 60, random.oneIn(4) { sessions += 1 }
            let session = Int.random(in: 0...sessions, using: &random)
            let path = folder.appending(BytePath("live/\(session % 5)/\(session).jsonl"))
            try Files.makeFolder(path.parent)
            // A line in two parts, now and then: a tool flushes where it likes.
            let text = tree.lines(Int.random(in: 1...4, using: &random))
            try Files.append(path, text[..<(text.count / 2)])
            if random.oneIn(3) { try await Task.sleep(for: .milliseconds(2)) }
            try Files.append(path, text[(text.count / 2)...])
            try await Task.sleep(for: .milliseconds(3))
        }
    }
}
