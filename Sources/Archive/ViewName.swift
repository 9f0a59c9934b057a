import Core

/// Where a generation may stand in the view, in order of preference.
enum ViewName {
    static let folder: BytePath = "archive"

    /// `archive/<agent>/<source>`.
    static func root(_ agent: AgentID, _ source: String) -> BytePath {
        folder.appending(BytePath(agent.description)).appending(BytePath(source))
    }

    /// The names that one generation may have, best first.
    ///
    /// 1. the file's own path, only where it is `plain`: where the path belongs to this file,
    /// 2. with `~<file id>` appended,
    /// 3. `~<file id>` right below the root, for a path that is impossible as a whole.
    ///
    /// An `older` generation has `~g<n>` appended to each.
    static func candidates(
        root: BytePath,
        path: BytePath,
        id: FileID,
        older: Generation?,
        plain: Bool
    ) -> [BytePath] {
        let suffix = older.map { "~g\($0)" } ?? ""
        let parent = root.appending(path.parent)
        let name = path.lastComponent
        var found: [BytePath] = []
        if plain { found.append(parent.appending(extended(name, suffix))) }
        found.append(parent.appending(extended(name, "~\(id)\(suffix)")))
        found.append(root.appending(BytePath("~\(id)\(suffix)")))
        return found
    }

    /// What a name may stand for: files of these names, or with these ids.
    static func parse(_ name: BytePath) -> (names: [BytePath], ids: [FileID]) {
        var names = [name]
        var ids: [FileID] = []
        var rest = name.bytes
        if let tilde = rest.lastIndex(of: tilde), rest[(tilde + 1)...].first == UInt8(ascii: "g") {
            rest = Array(rest[..<tilde])
            names.append(BytePath(rest))
        }
        if let tilde = rest.lastIndex(of: tilde), rest.count - tilde == 17,
            let bytes = Hex.decode(String(decoding: rest[(tilde + 1)...], as: UTF8.self)),
            let id = FileID(Hex.bigEndian(bytes))
        {
            ids.append(id)
        }
        return (names, ids)
    }

    private static let tilde = UInt8(ascii: "~")

    /// `name` and `suffix`, the name cut where both together would be too long.
    static func extended(_ name: BytePath, _ suffix: String) -> BytePath {
        let suffix = Array(suffix.utf8)
        return BytePath(name.bytes.prefix(Limits.nameBytes - suffix.count) + suffix)
    }
}
