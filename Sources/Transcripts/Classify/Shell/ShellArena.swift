/// The memory of one script's analysis: it grows, nothing in it moves, and all of it goes with the arena.
///
/// What it hands out is valid as long as the arena is; it holds plain values only.
final class ShellArena {
    private static let smallest = 2 << 10
    private static let largest = 256 << 10
    private static let alignment = 8

    private var blocks: [UnsafeMutableRawPointer] = []
    private var next: UnsafeMutableRawPointer?
    private var left = 0
    private var blockSize = ShellArena.smallest

    deinit { for block in blocks { block.deallocate() } }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let size = (size + ShellArena.alignment - 1) & ~(ShellArena.alignment - 1)
        guard let place = next, size <= left else { return allocateBlock(size) }
        next = place + size
        left -= size
        return place
    }

    private func allocateBlock(_ size: Int) -> UnsafeMutableRawPointer {
        let capacity = max(blockSize, size)
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: capacity,
            alignment: ShellArena.alignment
        )
        blocks.append(block)
        if blockSize < ShellArena.largest { blockSize *= 2 }
        next = block + size
        left = capacity - size
        return block
    }

    /// Copies plain values; none need no memory.
    func copy<Item: BitwiseCopyable>(_ items: ArraySlice<Item>) -> UnsafeBufferPointer<Item> {
        guard !items.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        return items.withUnsafeBufferPointer { items in
            let place = allocate(items.count * MemoryLayout<Item>.stride)
                .bindMemory(to: Item.self, capacity: items.count)
            if let source = items.baseAddress {
                place.initialize(from: source, count: items.count)
            }
            return UnsafeBufferPointer(start: place, count: items.count)
        }
    }

    /// Keeps one value.
    func keep<Item: BitwiseCopyable>(_ item: Item) -> UnsafePointer<Item> {
        let place = allocate(MemoryLayout<Item>.stride).bindMemory(to: Item.self, capacity: 1)
        place.initialize(to: item)
        return UnsafePointer(place)
    }

    /// One text of two, with what stands between them or behind them.
    func join(_ first: TextBytes, _ between: StaticString, _ second: TextBytes) -> TextBytes {
        join(first, TextBytes(start: between.utf8Start, count: between.utf8CodeUnitCount), second)
    }

    func join(_ first: TextBytes, _ second: TextBytes, _ end: StaticString) -> TextBytes {
        join(first, second, TextBytes(start: end.utf8Start, count: end.utf8CodeUnitCount))
    }

    private func join(_ first: TextBytes, _ second: TextBytes, _ third: TextBytes) -> TextBytes {
        let count = first.count + second.count + third.count
        let place = allocate(count).bindMemory(to: UInt8.self, capacity: count)
        func put(_ text: TextBytes, _ offset: Int) {
            guard let source = text.baseAddress else { return }
            (place + offset).initialize(from: source, count: text.count)
        }
        put(first, 0)
        put(second, first.count)
        put(third, first.count + second.count)
        return TextBytes(start: place, count: count)
    }
}
