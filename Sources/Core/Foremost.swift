/// The first few of very many elements in an order, without sorting all of them.
package struct Foremost<Element> {
    /// How many are kept.
    package let limit: Int
    /// In their order.
    package private(set) var elements: [Element] = []
    private let comesBefore: (Element, Element) -> Bool

    /// Keeps at most `limit` elements; `comesBefore` is a strict order.
    package init(_ limit: Int, by comesBefore: @escaping (Element, Element) -> Bool) {
        self.limit = limit
        self.comesBefore = comesBefore
    }

    /// Keeps the element if it is among the first; behind its equals.
    package mutating func take(_ element: Element) {
        if elements.count >= limit {
            guard let last = elements.last, comesBefore(element, last) else { return }
        }
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = (low + high) / 2
            if comesBefore(element, elements[middle]) { high = middle } else { low = middle + 1 }
        }
        elements.insert(element, at: low)
        if elements.count > limit { elements.removeLast() }
    }

    /// Adds those that come behind all of these.
    package mutating func append(_ other: Foremost) { elements += other.elements }
}
