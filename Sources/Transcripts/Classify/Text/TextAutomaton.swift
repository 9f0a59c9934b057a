/// Finds every occurrence of many texts in one pass (Aho and Corasick), ASCII letters of either case alike.
struct TextAutomaton: Sendable {
    private let classes: [UInt8]
    private let width: Int
    /// The next state of each state and class, with a bit that tells whether any text ends there.
    private let next: [UInt16]
    /// Where the texts that end in each state begin in `ends`; one more at the end.
    private let starts: [UInt16]
    private let ends: [UInt16]
    let lengths: [Int]

    private static let foundBit: UInt16 = 1 << 15
    private static let stateBits: UInt16 = foundBit - 1

    /// - Parameter texts: lower case, none empty.
    init(_ texts: [String]) {
        let texts = texts.map { Array($0.utf8) }
        lengths = texts.map(\.count)
        var classes = [UInt8](repeating: 0, count: 256)
        var width = 1
        for byte in texts.joined() where classes[Int(byte)] == 0 {
            classes[Int(byte)] = UInt8(width)
            if byte.isASCIILowercase { classes[Int(byte & ~0x20)] = UInt8(width) }
            width += 1
        }
        var trie = [[UInt16]](repeating: [UInt16](repeating: 0, count: width), count: 1)
        var found: [[UInt16]] = [[]]
        for (number, text) in texts.enumerated() {
            var state = 0
            for byte in text {
                let symbol = Int(classes[Int(byte)])
                if trie[state][symbol] == 0 {
                    trie[state][symbol] = UInt16(trie.count)
                    trie.append([UInt16](repeating: 0, count: width))
                    found.append([])
                }
                state = Int(trie[state][symbol])
            }
            found[state].append(UInt16(number))
        }
        TextAutomaton.complete(&trie, &found)
        self.classes = classes
        self.width = width
        precondition(trie.count <= TextAutomaton.foundBit, "more states than 15 bits can count")
        next = trie.joined().map { found[Int($0)].isEmpty ? $0 : $0 | TextAutomaton.foundBit }
        var starts: [UInt16] = [0]
        for texts in found { starts.append(starts[starts.count - 1] + UInt16(texts.count)) }
        self.starts = starts
        ends = found.flatMap { $0 }
    }

    /// Turns the trie into an automaton: where a state has no way on, that of its longest suffix is taken.
    private static func complete(_ trie: inout [[UInt16]], _ found: inout [[UInt16]]) {
        var suffixes = [Int](repeating: 0, count: trie.count)
        var queue = trie[0].filter { $0 != 0 }.map(Int.init)
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            let suffix = suffixes[state]
            found[state] += found[suffix]
            for symbol in trie[state].indices {
                let child = Int(trie[state][symbol])
                if child == 0 {
                    trie[state][symbol] = trie[suffix][symbol]
                } else {
                    suffixes[child] = Int(trie[suffix][symbol])
                    queue.append(child)
                }
            }
        }
    }

    /// Calls `found` with the text's number and its end, for each occurrence, by ascending ends.
    @inline(__always)
    func scan(_ text: TextBytes, _ found: (_ number: Int, _ end: Int) -> Void) {
        next.withUnsafeBufferPointer { next in
            classes.withUnsafeBufferPointer { classes in
                var state = 0
                for index in 0..<text.count {
                    let cell = next[state &* width &+ Int(classes[Int(text[index])])]
                    state = Int(cell & TextAutomaton.stateBits)
                    guard cell & TextAutomaton.foundBit != 0 else { continue }
                    for output in starts[state]..<starts[state + 1] {
                        found(Int(ends[Int(output)]), index + 1)
                    }
                }
            }
        }
    }
}
