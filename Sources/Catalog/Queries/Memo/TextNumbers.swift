/// Numbers texts of rows from 0 on, in the order in which they come.
///
/// Rows that are remembered share their texts, each of which is there once: these are not hashed before others come.
package struct TextNumbers {
    /// The texts by their numbers.
    package private(set) var texts: [String] = []
    /// Of texts that no rows share, with those that rows share: made when the first of them comes.
    private var numbers: [String: Int]?
    /// The texts that the last row shares with others.
    ///
    /// They are kept, so that no other ones take their place in memory.
    private var shared: [String] = []
    /// What these are here; -1 for what did not come yet.
    private var known: [Int32] = []

    /// Without texts.
    package init() {}

    /// The number of the column's text; that of an empty one for NULL.
    package mutating func number(_ row: SessionRow, _ column: Int) -> Int {
        guard let place = row.textNumber(column) else { return number(of: row.text(column)) }
        if !row.shares(shared) { share(row.texts) }
        if known[place] < 0 {
            known[place] = Int32(numbers == nil ? add(shared[place]) : number(of: shared[place]))
        }
        return Int(known[place])
    }

    /// The first texts are different ones all; those that follow may be among them.
    private mutating func share(_ texts: [String]) {
        if !self.texts.isEmpty { prepare() }
        shared = texts
        known = Array(repeating: -1, count: texts.count)
    }

    private mutating func prepare() {
        guard numbers == nil else { return }
        var found = [String: Int](minimumCapacity: texts.count * 2)
        for (number, text) in texts.enumerated() { found[text] = number }
        numbers = found
    }

    /// The number of a text that no row has.
    package mutating func number(of text: String) -> Int {
        prepare()
        if let number = numbers?[text] { return number }
        numbers?[text] = texts.count
        return add(text)
    }

    private mutating func add(_ text: String) -> Int {
        texts.append(text)
        return texts.count - 1
    }
}
