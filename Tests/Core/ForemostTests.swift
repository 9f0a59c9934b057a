import Core
import Testing

@Suite("The first of many") struct ForemostTests {
    @Test(
        "They are those that sorting gives, equals in the order in which they came",
        arguments: [0, 1, 7, 200, 300],
        [1, 5, 40, 1000]
    )
    func likeSorting(limit: Int, keys: Int) {
        // Steps of a prime over the keys: in no order, and with equals.
        let numbers = (0..<200).map { (key: $0 * 7919 % 211 % keys, place: $0) }
        var foremost = Foremost<(key: Int, place: Int)>(limit) { $0.key < $1.key }
        for number in numbers { foremost.take(number) }
        let wanted = numbers.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.prefix(limit)
        #expect(foremost.elements.map(\.place) == wanted.map(\.place))
    }
}
