/// e to the power of a negative number, without the system's mathematics: heat needs no more than six digits.
enum Cooling {
    /// e^(−x), for x from 0.
    static func factor(_ x: Double) -> Double {
        guard x < 40 else { return 0 }
        // e^(−x) = (e^(−x/64))^64, of which the inner is a short series.
        let y = -x / 64
        var sum = 1.0
        var term = 1.0
        for index in 1...12 {
            term *= y / Double(index)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }
}
