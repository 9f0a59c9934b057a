/// Why a value does not fit its key; without a reason its type is wrong.
struct ValueMismatch: Error {
    let reason: String?
    /// The key of the section that is to blame, where several are looked at together.
    let key: String?

    init(_ reason: String? = nil, key: String? = nil) {
        self.reason = reason
        self.key = key
    }
}
