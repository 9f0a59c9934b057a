/// What stands before a word in the path that it means, and what is known of it.
struct PathBase: BitwiseCopyable {
    let text: TextBytes
    /// The components up to the last separator.
    let parts: PathParts
    /// What stands behind the last separator.
    let rest: TextBytes
    let hasDots: Bool
    /// Whether the folder was written with a slash at its end.
    let isWrittenWithSlash: Bool

    /// A variable's value.
    init(_ text: TextBytes) {
        self.init(text, behind: 0, PathParts(), hasDots: text.has(".."))
    }

    /// A folder that does not depend on another one.
    init(folder: TextBytes, _ arena: ShellArena) {
        let text = folder.ends("/") ? folder : arena.join(folder, "/", folder.upTo(0))
        self.init(
            text,
            behind: 0,
            PathParts(),
            hasDots: text.has(".."),
            isWrittenWithSlash: folder.ends("/")
        )
    }

    /// A folder in another one.
    init(_ outer: PathBase, _ folder: TextBytes, _ arena: ShellArena) {
        var text = outer.text
        if outer.isWrittenWithSlash { text = arena.join(text, "/", text.upTo(0)) }
        let isClosed = folder.isEmpty || folder.ends("/")
        text = arena.join(text, folder, isClosed ? "" : "/")
        self.init(
            text,
            behind: outer.text.count,
            outer.parts,
            hasDots: outer.hasDots || folder.has(".."),
            isWrittenWithSlash: isClosed
        )
    }

    /// A variable's value in a folder.
    init(_ outer: PathBase, variable value: TextBytes, _ arena: ShellArena) {
        self.init(
            arena.join(outer.text, "", value),
            behind: outer.text.count,
            outer.parts,
            hasDots: outer.hasDots || value.has("..")
        )
    }

    /// A text whose parts are known up to `start`.
    private init(
        _ text: TextBytes,
        behind start: Int,
        _ known: PathParts,
        hasDots: Bool,
        isWrittenWithSlash: Bool = false
    ) {
        self.text = text
        var end = text.count
        while end > start, !ByteSet.slashes.contains(text[end - 1]) { end -= 1 }
        var parts = known
        parts.add(text.part(start..<end))
        self.parts = parts
        rest = text.from(end)
        self.hasDots = hasDots
        self.isWrittenWithSlash = isWrittenWithSlash
    }
}

/// A path in two parts: what a script put before a word, and the word.
struct ResolvedPath {
    let base: UnsafePointer<PathBase>?
    let tail: TextBytes
    let count: Int

    init(base: UnsafePointer<PathBase>?, tail: TextBytes) {
        self.base = base
        self.tail = tail
        count = tail.count + (base?.pointee.text.count ?? 0)
    }

    subscript(index: Int) -> UInt8 {
        let before = count - tail.count
        if index >= before { return tail[index - before] }
        return base?.pointee.text[index] ?? 0
    }

    private var hasDots: Bool {
        guard let base else { return tail.has("..") }
        return base.pointee.hasDots || tail.has("..")
            || base.pointee.text.ends(".") && tail.begins(UInt8(ascii: "."))
    }

    func begins(_ text: StaticString) -> Bool { has(text, at: 0, before: count) }

    /// Whether it is a text, up to an end.
    func equals(_ text: StaticString, before end: Int) -> Bool {
        end == text.utf8CodeUnitCount && has(text, at: 0, before: end)
    }

    /// Whether a text stands at `index`, before an end.
    func has(_ text: StaticString, at index: Int, before end: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= end else { return false }
        for offset in 0..<text.utf8CodeUnitCount
        where self[index + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Whether it is the folder itself or everything in it.
    var isAnything: Bool {
        equals(".", before: count) || equals("*", before: count) || equals("./*", before: count)
    }

    // MARK: Where it leads

    /// Calls `body` with its beginning up to `end`.
    func withStart<Result>(before end: Int, _ body: (PathStart) -> Result) -> Result {
        guard let base, tail.count < count else { return body(PathStart(tail.upTo(end))) }
        let length = min(end, PathStart.longest)
        if length <= base.pointee.text.count {
            return body(PathStart(base.pointee.text.upTo(length), end, hasDots: hasDots))
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PathStart.longest) {
            buffer in
            for index in 0..<length { buffer.initializeElement(at: index, to: self[index]) }
            let start = TextBytes(rebasing: TextBytes(buffer)[..<length])
            return body(PathStart(start, end, hasDots: hasDots))
        }
    }

    var isSystem: Bool { withStart(before: count) { $0.isSystem } }
    var isTemporary: Bool { withStart(before: count) { $0.isTemporary } }

    /// What kind of sensitive file it is, if it is one.
    func sensitive(_ arena: ShellArena) -> SensitivePath? {
        guard let base = base?.pointee else { return SensitivePath(tail) }
        guard count >= 8 || (0..<count).contains(where: { SensitivePath.signs.contains(self[$0]) })
        else { return nil }
        var parts = base.parts
        if base.rest.isEmpty {
            parts.add(tail)
        } else if tail.first.map(PathParts.isSeparator) != false {
            parts.add(base.rest)
            parts.add(tail)
        } else {
            parts.add(arena.join(base.rest, "", tail))
        }
        return SensitivePath(parts)
    }

    /// What stands before the first of a byte, or the whole path.
    func beginning(before byte: UInt8, _ arena: ShellArena) -> TextBytes {
        let text = base?.pointee.text ?? tail
        if let end = text.firstIndex(of: byte) { return text.upTo(end) }
        guard tail.count < count else { return text }
        return arena.join(text, "", tail.upTo(tail.firstIndex(of: byte) ?? tail.count))
    }

    /// The last component of what stands before an end.
    func lastPart(before end: Int, _ arena: ShellArena) -> TextBytes {
        var start = end
        while start > 0, !PathParts.isSeparator(self[start - 1]) { start -= 1 }
        let before = count - tail.count
        if start >= before { return tail.part(start - before..<end - before) }
        guard let text = base?.pointee.text else { return tail }
        if end <= before { return text.part(start..<end) }
        return arena.join(text.from(start), "", tail.upTo(end - before))
    }
}
