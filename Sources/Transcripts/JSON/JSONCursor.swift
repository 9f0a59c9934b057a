/// Where a parser stands in a text.
struct JSONCursor {
    let base: UnsafeRawPointer
    let end: Int
    var index = 0

    init(base: UnsafeRawPointer, end: Int) {
        self.base = base
        self.end = end
    }

    /// The byte that comes next; there must be one.
    @inline(__always)
    var byte: UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always)
    func byte(at index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    /// For a tape without strings: an address that nothing is read from.
    static var nothing: UnsafePointer<UInt8> {
        let text: StaticString = " "
        return text.utf8Start
    }
}
