/// Makes values that look like secrets, so that none stands in the sources.
enum MadeUp {
    static let alphanumeric = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    )
    static let hexadecimal = Array("0123456789abcdef")
    static let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    static let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    /// So many characters without a pattern, the same on every run.
    static func text(
        _ count: Int,
        of alphabet: [Character] = alphanumeric,
        seed: UInt64 = 7
    ) -> String {
        var state = seed
        return String(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
        )
    }

    static func hex(_ count: Int) -> String { text(count, of: hexadecimal) }
    static func digits(_ count: Int) -> String { text(count, of: Array("0123456789")) }
}
