import Core

/// Streams by when their files were written, the last written first: a binary heap.
struct SourceHeap {
    private struct Element {
        let written: WallTime
        let stream: StreamID
    }

    private var elements: [Element] = []

    var count: Int { elements.count }

    /// The stream whose file was written last; nil when there is none.
    var first: StreamID? { elements.first?.stream }

    mutating func insert(_ stream: StreamID, written: WallTime) {
        let element = Element(written: written, stream: stream)
        var index = elements.count
        elements.append(element)
        while index > 0, elements[(index - 1) / 2].written < written {
            elements[index] = elements[(index - 1) / 2]
            index = (index - 1) / 2
        }
        elements[index] = element
    }

    /// Takes the first out.
    mutating func removeFirst() {
        guard let last = elements.popLast(), !elements.isEmpty else { return }
        var index = 0
        while 2 * index + 1 < elements.count {
            var child = 2 * index + 1
            if child + 1 < elements.count, elements[child].written < elements[child + 1].written {
                child += 1
            }
            guard last.written < elements[child].written else { break }
            elements[index] = elements[child]
            index = child
        }
        elements[index] = last
    }
}
