import Core

/// What all questions of a memo found in one session: a row of `session_answers`, so that it needs not be found again
/// after a start.
///
/// The bytes are the XXH3 of the others (8, least first), then (`PackedCells`) the number of texts and the texts, and for each question in its place the number of
/// columns, and where that is not 0 the least time, the greatest, the number of cells, and the cells. A number of
/// columns of -1 stands for rows without cells, whose times follow.
package struct SessionAnswers: Sendable, Hashable {
    package var session: Int64
    /// The session's `session_changes.rev`.
    package var stamp: Int64
    /// Which questions they are of: others have another number.
    package var form: Int64
    package var bytes: [UInt8]
}

extension SessionAnswers {
    /// What one question found; texts are numbers of those beside it.
    struct Part {
        var times: ClosedRange<Int64>?
        var width = 0
        var cells: [MemoCell] = []
    }

    /// Packs the parts, one for each question; `texts` are those that their cells mean.
    init(session: Int64, stamp: Int64, form: Int64, _ parts: [(part: Part, texts: [String])]) {
        self.session = session
        self.stamp = stamp
        self.form = form
        var body = PackedCells()
        var texts: [String] = []
        var numbers: [String: Int32] = [:]
        for (part, names) in parts {
            guard let times = part.times else {
                body.append(number: 0)
                continue
            }
            body.append(number: part.width > 0 ? Int64(part.width) : -1)
            body.append(number: times.lowerBound)
            body.append(number: times.upperBound)
            body.append(number: Int64(part.cells.count))
            for cell in part.cells {
                guard case .text(let number) = cell else {
                    body.append(cell)
                    continue
                }
                let name = names[Int(number)]
                let own = numbers[name] ?? Int32(texts.count)
                if Int(own) == texts.count {
                    texts.append(name)
                    numbers[name] = own
                }
                body.append(.text(own))
            }
        }
        var all = PackedCells()
        all.append(number: Int64(texts.count))
        for text in texts { all.append(text: text) }
        let content = all.bytes + body.bytes
        bytes = SessionAnswers.checksum(content[...]) + content
    }

    private static func checksum(_ content: ArraySlice<UInt8>) -> [UInt8] {
        let sum = Checksum.xxh3(content)
        return (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64($0 * 8)) }
    }

    /// The parts, and the texts that their cells mean; nil for what is damaged.
    func unpack(count: Int) -> (parts: [Part], texts: [String])? {
        let content = bytes.dropFirst(8)
        guard SessionAnswers.checksum(content).elementsEqual(bytes.prefix(8)) else { return nil }
        return content.withUnsafeBufferPointer { bytes in
            var reader = PackedCells.Reader(bytes)
            guard let size = reader.number(), size >= 0, size <= bytes.count else { return nil }
            var texts: [String] = []
            for _ in 0..<size {
                guard let text = reader.text() else { return nil }
                texts.append(text)
            }
            var parts: [Part] = []
            for _ in 0..<count {
                guard let part = SessionAnswers.part(&reader, texts.count) else { return nil }
                parts.append(part)
            }
            return reader.isAtEnd ? (parts, texts) : nil
        }
    }

    private static func part(_ reader: inout PackedCells.Reader, _ texts: Int) -> Part? {
        guard let width = reader.number() else { return nil }
        guard width != 0 else { return Part() }
        guard let first = reader.number(), let last = reader.number(), first <= last,
            let count = reader.number(), count >= 0
        else { return nil }
        var part = Part(times: first...last, width: max(0, Int(clamping: width)))
        for _ in 0..<count {
            guard let cell = reader.cell() else { return nil }
            if case .text(let number) = cell, Int(number) >= texts { return nil }
            part.cells.append(cell)
        }
        return part
    }
}
