/// What a file's name tells of what is in it, by the classic rules' file type categories.
enum FileKind {
    private static let categories: [(name: String, extensions: [String])] = [
        ("javascript", ["ts", "tsx", "js", "jsx"]),
        ("python", ["py", "pyw"]),
        ("jvm", ["java", "kt", "scala"]),
        ("go", ["go"]),
        ("rust", ["rs"]),
        ("sql", ["sql"]),
        ("documentation", ["md", "mdx", "txt", "rst"]),
        ("config", ["json", "yaml", "yml", "toml", "xml"]),
        ("styles", ["css", "scss", "less"]),
        ("html", ["html", "htm"]),
        ("shell", ["sh", "bash", "zsh"]),
        ("docker", ["dockerfile", "docker-compose"]),
    ]
    private static let byExtension: [String: String] = Dictionary(
        categories.flatMap { category in category.extensions.map { ($0, category.name) } }
    ) { first, _ in first }

    /// What stands behind the last dot of the file's name, lower case; nil when there is none, or only one
    /// at its start.
    static func fileExtension(of path: String) -> String? {
        let name = name(of: path)
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
            return nil
        }
        let ending = name[name.utf8.index(after: dot)...].lowercased()
        return ending.isEmpty || ending.utf8.count > 16 ? nil : ending
    }

    /// The category, "other" for the rest; a Dockerfile and a compose file are told by their name.
    static func contentType(of path: String) -> String {
        let name = name(of: path).lowercased()
        if name == "dockerfile" || name.hasPrefix("dockerfile.")
            || name.hasPrefix("docker-compose.")
        {
            return "docker"
        }
        return fileExtension(of: path).flatMap { byExtension[$0] } ?? "other"
    }

    /// The last component, of a Windows path too.
    static func name(of path: String) -> Substring {
        guard
            let slash = path.utf8.lastIndex(where: {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
            })
        else { return path[...] }
        return path[path.utf8.index(after: slash)...]
    }
}
