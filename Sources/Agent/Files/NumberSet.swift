import Tailing

/// A set of stream numbers, one bit each.
struct NumberSet {
    private var words: [UInt64] = []

    init() {}

    init(_ numbers: [StreamNumber]) {
        for number in numbers { insert(number) }
    }

    mutating func insert(_ number: StreamNumber) {
        let index = Int(number >> 6)
        if index >= words.count {
            words.append(contentsOf: repeatElement(0, count: index + 1 - words.count))
        }
        words[index] |= 1 << UInt64(number & 63)
    }

    func contains(_ number: StreamNumber) -> Bool {
        let index = Int(number >> 6)
        return index < words.count && words[index] & (1 << UInt64(number & 63)) != 0
    }
}
