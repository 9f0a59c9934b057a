/// Memory in which the values of a statement stand while it runs; it is used again and again.
struct BindingPlace: ~Copyable {
    /// What is kept for the next values.
    private static let kept = 1 << 16

    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var used = 0

    deinit { memory.deallocate() }

    /// Begins anew with room for so many bytes; what stood there is gone.
    mutating func begin(_ size: Int) {
        used = 0
        let isTooLarge = memory.count > BindingPlace.kept && size <= BindingPlace.kept
        guard size > memory.count || isTooLarge else { return }
        memory.deallocate()
        // Somewhat more, so that a series of growing values is not moved each time.
        let count = isTooLarge ? BindingPlace.kept : size + size / 2
        memory = .allocate(byteCount: count, alignment: 16)
    }

    /// Copies the bytes behind those before, for which `begin` made room.
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let place = UnsafeMutableRawBufferPointer(rebasing: memory[used..<(used + bytes.count)])
        place.copyMemory(from: bytes)
        used += bytes.count
        return UnsafeRawBufferPointer(place)
    }
}
