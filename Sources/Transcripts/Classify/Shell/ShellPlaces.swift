/// A text as a key, by its bytes; they must live as long as it does.
struct BytesKey: Hashable {
    let text: TextBytes

    init(_ text: TextBytes) { self.text = text }

    static func == (a: BytesKey, b: BytesKey) -> Bool { a.text.isSame(b.text) }
    func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
    }
}

/// The variables that a script sets and the folders that it goes to: what a path in it may stand for.
final class ShellPlaces {
    /// No path of a file is longer (Linux's PATH_MAX); a longer one is left as it is written.
    private static let longest = 4096
    private static let home: StaticString = "~"
    private static let temporaryFolder: StaticString = "/tmp/"

    /// What stands for a folder that `mktemp` makes.
    static var temporary: TextBytes {
        TextBytes(start: temporaryFolder.utf8Start, count: temporaryFolder.utf8CodeUnitCount)
    }

    /// What a variable holds, and once it was asked for what is known of it.
    private struct Variable {
        var value: TextBytes
        var base: UnsafePointer<PathBase>?
    }

    /// A folder that was gone to, from another one unless `parent` is -1.
    private struct Folder {
        var target: TextBytes
        var parent: Int
        /// Bytes of the whole path, as written.
        var count: Int
        var base: UnsafePointer<PathBase>?
    }

    private var folders: [Folder] = []
    private var variables: [Variable] = []
    private var numbers: [BytesKey: Int] = [:]
    /// Of the folder and the variable that were put together last.
    private var joined: (folder: Int, variable: Int, base: UnsafePointer<PathBase>)?

    func set(_ name: TextBytes, _ value: TextBytes) {
        if let number = numbers[BytesKey(name)] {
            variables[number].value = value
        } else {
            numbers[BytesKey(name)] = variables.count
            variables.append(Variable(value: value))
        }
    }

    /// The number of the folder that `cd` goes to; from -1 when nowhere was gone before.
    func enter(_ target: TextBytes?, from folder: Int) -> Int {
        let target = target ?? TextBytes(start: ShellPlaces.home.utf8Start, count: 1)
        let isAnchored = target.first.map(ByteSet.anchors.contains) == true
        guard !isAnchored, folder >= 0 else {
            folders.append(Folder(target: target, parent: -1, count: target.count))
            return folders.count - 1
        }
        let count = folders[folder].count + 1 + target.count
        guard count < ShellPlaces.longest else { return folder }
        folders.append(Folder(target: target, parent: folder, count: count))
        return folders.count - 1
    }

    // MARK: Paths

    /// A path with the script's own variables put in, and behind the folder that `cd` went to.
    func resolve(_ path: TextBytes, in folder: Int, _ arena: ShellArena) -> ResolvedPath {
        let (variable, rest) = split(path)
        var start = path
        var second = path.count > 1 ? path[1] : 0
        if variable >= 0 {
            start = variables[variable].value
            second = start.count > 1 ? start[1] : rest.first ?? 0
        }
        let isAnchored = ByteSet.anchors.contains(start.first ?? 0) || second == UInt8(ascii: ":")
        if isAnchored || folder < 0 {
            return ResolvedPath(
                base: variable < 0 ? nil : base(ofVariable: variable, arena),
                tail: rest
            )
        }
        let whole = ResolvedPath(
            base: variable < 0 ? nil : base(ofVariable: variable, arena),
            tail: rest
        )
        if whole.isAnything {
            return ResolvedPath(base: base(ofFolder: folder, arena), tail: ShellPlaces.anything)
        }
        return ResolvedPath(
            base: variable < 0
                ? base(ofFolder: folder, arena) : base(of: folder, and: variable, arena),
            tail: rest
        )
    }

    private static let star: StaticString = "*"
    private static var anything: TextBytes { TextBytes(start: star.utf8Start, count: 1) }

    /// The variable that a path begins with, and what stands behind it; -1 and the path when it begins with none
    /// that the script set.
    private func split(_ path: TextBytes) -> (variable: Int, rest: TextBytes) {
        guard path.begins(UInt8(ascii: "$")), !variables.isEmpty, !path.begins("$(") else {
            return (-1, path)
        }
        var start = 1
        while start < path.count, path[start] == UInt8(ascii: "{") { start += 1 }
        var end = start
        while end < path.count, FoldedText.isWord(at: end, path) {
            end = FoldedText.characterEnd(end, path) ?? path.count
        }
        guard let number = numbers[BytesKey(path.part(start..<end))],
            !variables[number].value.isEmpty, variables[number].value.count < ShellPlaces.longest
        else { return (-1, path) }
        while end < path.count, path[end] == UInt8(ascii: "}") { end += 1 }
        return (number, path.from(end))
    }

    private func base(ofVariable number: Int, _ arena: ShellArena) -> UnsafePointer<PathBase> {
        if let base = variables[number].base { return base }
        let base = arena.keep(PathBase(variables[number].value))
        variables[number].base = base
        return base
    }

    /// The folder's own variable is put in, and a slash stands at its end.
    private func base(ofFolder number: Int, _ arena: ShellArena) -> UnsafePointer<PathBase> {
        if let base = folders[number].base { return base }
        let folder = folders[number]
        let base: PathBase
        if folder.parent < 0 {
            let (variable, rest) = split(folder.target)
            let text =
                variable < 0 ? rest : arena.join(variables[variable].value, "", rest)
            base = PathBase(folder: text, arena)
        } else {
            base = PathBase(self.base(ofFolder: folder.parent, arena).pointee, folder.target, arena)
        }
        let kept = arena.keep(base)
        folders[number].base = kept
        return kept
    }

    private func base(
        of folder: Int,
        and variable: Int,
        _ arena: ShellArena
    ) -> UnsafePointer<PathBase> {
        if let joined, joined.folder == folder, joined.variable == variable { return joined.base }
        let outer = base(ofFolder: folder, arena).pointee
        let base = arena.keep(PathBase(outer, variable: variables[variable].value, arena))
        joined = (folder, variable, base)
        return base
    }
}
