/// Shannon's entropy of a text's own bytes.
enum Entropy {
    /// Bits a byte; 0 for an empty range.
    static func bits(_ text: TextBytes, _ range: Range<Int>) -> Double {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 256) { counts in
            counts.initialize(repeating: 0)
            for index in range { counts[Int(text[index])] += 1 }
            let total = Double(range.count)
            var sum = 0.0
            for count in counts where count > 0 {
                sum -= Double(count) / total * log2(Double(count) / total)
            }
            return sum
        }
    }

    /// The binary logarithm of a positive number, to 1e-9: the room has no mathematical library.
    static func log2(_ value: Double) -> Double {
        // value = 2^exponent * (1 + z) / (1 - z), and ln((1 + z) / (1 - z)) = 2 (z + z^3/3 + z^5/5 ...).
        let mantissa = value.significand
        let z = (mantissa - 1.5) / (mantissa + 1.5)
        let square = z * z
        var term = z
        var sum = 0.0
        for power in stride(from: 1.0, through: 15.0, by: 2.0) {
            sum += term / power
            term *= square
        }
        return Double(value.exponent) + (2 * sum + 0.405_465_108_108_164_4)
            / 0.693_147_180_559_945_3
    }
}
