import Platform
import Tailing

/// The files that were read last, kept open; the least recently used one is closed for the next.
struct OpenFiles {
    /// An open file, and the end of what was read of it where it is known.
    final class Entry {
        let number: StreamNumber
        let file: any DiskFile
        var frontier: Frontier?

        init(_ number: StreamNumber, _ file: any DiskFile) {
            self.number = number
            self.file = file
        }
    }

    private var entries: [Entry] = []
    private let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    /// The open file of a stream, now the most recently used.
    mutating func take(_ number: StreamNumber) -> Entry? {
        guard let index = entries.lastIndex(where: { $0.number == number }) else { return nil }
        if index != entries.count - 1 { entries.append(entries.remove(at: index)) }
        return entries.last
    }

    mutating func insert(_ entry: Entry) {
        if entries.count >= limit { entries.removeFirst() }
        entries.append(entry)
    }

    mutating func close(_ number: StreamNumber) { entries.removeAll { $0.number == number } }

    mutating func closeAll() { entries = [] }
}
