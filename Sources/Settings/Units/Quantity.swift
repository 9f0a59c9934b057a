/// A decimal number, not negative, and the word behind it: what sizes and durations are made of.
struct Quantity {
    /// The number without its point.
    private let digits: UInt64
    /// How many of its digits stand behind the point, as a power of ten.
    private let divisor: UInt64
    /// Empty when only a number stands there.
    let unit: String

    static let tooLarge = ValueMismatch("the number is too large")

    /// - Throws: `ValueMismatch` for what does not begin with a number, or has more than 18 digits.
    init(_ text: String) throws(ValueMismatch) {
        guard !text.hasPrefix("-") else { throw ValueMismatch("it is negative") }
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValueMismatch("it does not begin with a number")
        }
        let fraction = parts.count == 2 ? parts[1].count : 0
        guard number.count <= 18, let digits = UInt64(parts.joined()) else {
            throw Quantity.tooLarge
        }
        self.digits = digits
        self.divisor = (0..<fraction).reduce(1) { power, _ in power * 10 }
        let rest = text.dropFirst(number.count)
        self.unit = String(rest.drop { $0 == " " })
    }

    /// The number times `factor`, rounded down.
    func scaled(by factor: UInt64) throws(ValueMismatch) -> UInt64 {
        let product = digits.multipliedFullWidth(by: factor)
        guard product.high < divisor else { throw Quantity.tooLarge }
        return divisor.dividingFullWidth(product).quotient
    }
}
