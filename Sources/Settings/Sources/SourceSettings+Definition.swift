import Core

extension SourceSettings {
    /// Puts in what follows from the name, the preset and the includes.
    ///
    /// - Throws: why no source can be made of it.
    mutating func resolve(_ context: ExpansionContext) throws(ValueMismatch) {
        let own = SourcePreset(rawValue: name)
        if preset == nil, include.isEmpty { preset = own }
        if let preset {
            guard include.isEmpty else {
                throw ValueMismatch(
                    "\"include\" is for sources of your own, and this one has a preset",
                    key: "include"
                )
            }
            guard mode == nil else {
                throw ValueMismatch(
                    "\"mode\" is for sources of your own; those of a preset's files are known",
                    key: "mode"
                )
            }
            if root == nil { root = try preset.root(context) }
            return
        }
        guard own == nil else {
            throw ValueMismatch(
                "\"\(name)\" is the name of a preset; give a source of your own another name"
            )
        }
        guard !include.isEmpty else {
            throw ValueMismatch("either \"preset\" or \"include\" is needed")
        }
        if mode == nil { mode = .tail }
        if root == nil { root = try commonRoot() }
    }

    /// The source as a scanner needs it; of settings that were resolved.
    func definition() throws(ValueMismatch) -> SourceDefinition {
        let root = root ?? "/"
        var rules: [SourceRule] = []
        if let preset {
            for (pattern, mode) in preset.patterns {
                rules.append(SourceRule(pattern: try Glob(pattern), mode: mode))
            }
        } else {
            for pattern in include {
                rules.append(
                    SourceRule(pattern: try included(pattern, root), mode: mode ?? .tail)
                )
            }
        }
        var excludes: [Glob] = []
        for pattern in exclude {
            if let glob = try excluded(pattern, root) { excludes.append(glob) }
        }
        return SourceDefinition(
            name: name,
            root: root,
            rules: rules,
            excludes: excludes,
            followLinks: followLinks
        )
    }

    /// The longest folder that all includes name literally.
    private func commonRoot() throws(ValueMismatch) -> BytePath {
        var common: [BytePath]?
        for pattern in include {
            guard pattern.hasPrefix("/") else {
                throw ValueMismatch(
                    "the include \(TOMLText.quoted(pattern)) is relative; "
                        + "begin it with \"/\" or \"~/\", or set \"root\"",
                    key: "include"
                )
            }
            let folders = try Glob(pattern).literalFolders
            common = common.map { zip($0, folders).prefix { $0 == $1 }.map { $0.0 } } ?? folders
        }
        return (common ?? []).reduce("/") { $0.appending($1) }
    }

    private func included(
        _ pattern: String,
        _ root: BytePath
    ) throws(ValueMismatch) -> Glob {
        guard !pattern.hasSuffix("/") else {
            throw ValueMismatch(
                "the include \(TOMLText.quoted(pattern)) names a folder; "
                    + "end it with \"/**\" for all that is in it",
                key: "include"
            )
        }
        let glob = try Glob(pattern)
        guard pattern.hasPrefix("/") else { return glob }
        guard let inside = glob.below(root) else {
            throw ValueMismatch(
                "the include \(TOMLText.quoted(pattern)) is not below the root \(root)",
                key: "include"
            )
        }
        return inside
    }

    /// As in `.gitignore`, a pattern without a separator is a name at any depth.
    ///
    /// - Returns: nil when the pattern is about other folders.
    private func excluded(
        _ pattern: String,
        _ root: BytePath
    ) throws(ValueMismatch) -> Glob? {
        if pattern.hasPrefix("/") { return try Glob(pattern, coversFolders: true).below(root) }
        let name = pattern.hasSuffix("/") ? String(pattern.dropLast()) : pattern
        guard !name.contains("/") else { return try Glob(pattern, coversFolders: true) }
        let glob = try Glob("**/" + name, coversFolders: true)
        return Glob(pattern: pattern, alternatives: glob.alternatives)
    }
}
