/// Percentiles of values without sorting them all.
package struct Ranks<Value: Comparable> {
    private var values: [Value]

    package init(_ values: [Value]) { self.values = values }

    /// By nearest rank: the least value that so many percent are not above; nil of nothing.
    package mutating func percentile(_ percent: Int) -> Value? {
        guard !values.isEmpty else { return nil }
        let rank = max(0, (values.count * percent + 99) / 100 - 1)
        return values.withUnsafeMutableBufferPointer { Ranks.select(rank, in: &$0) }
    }

    /// The value that would stand at the rank (Hoare's selection); smaller ones stand before it then.
    private static func select(
        _ rank: Int,
        in values: inout UnsafeMutableBufferPointer<Value>
    ) -> Value {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let pivot = middle(values[low], values[(low + high) / 2], values[high])
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                guard left <= right else { break }
                values.swapAt(left, right)
                left += 1
                right -= 1
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                break
            }
        }
        return values[rank]
    }

    private static func middle(_ a: Value, _ b: Value, _ c: Value) -> Value {
        a < b ? (b < c ? b : max(a, c)) : (a < c ? a : max(b, c))
    }
}
