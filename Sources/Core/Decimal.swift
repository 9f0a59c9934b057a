/// Writes whole numbers in decimal digits, without a text in between.
package enum Decimal {
    /// Appends the number's digits, after a minus sign where it is below 0.
    package static func append(_ number: Int64, to text: inout [UInt8]) {
        var rest = number.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            if number < 0 { text.append(UInt8(ascii: "-")) }
            text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
