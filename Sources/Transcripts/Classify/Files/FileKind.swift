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
    private static let byExtension = ByteTable<String>(
        categories.flatMap { category in category.extensions.map { ($0, category.name) } }
    )
    private static let longest = 16

    /// What stands behind the last dot of the file's name, lower case; nil when there is none, or only one
    /// at its start.
    static func fileExtension(of path: TextBytes) -> String? {
        guard let ending = ending(of: path) else { return nil }
        let isPlain = ending.allSatisfy { $0 < 0x80 && !$0.isASCIIUppercase }
        let text = isPlain ? ending.string : ending.string.lowercased()
        return text.utf8.count > longest ? nil : text
    }

    private static func ending(of path: TextBytes) -> TextBytes? {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, dot + 1 < name.count else {
            return nil
        }
        return name.from(dot + 1)
    }

    /// The category, "other" for the rest; a Dockerfile and a compose file are told by their name.
    static func contentType(of path: TextBytes) -> String {
        let name = name(of: path)
        let isDockerfile =
            name.hasIgnoringCase("dockerfile", at: 0)
            && (name.count == 10 || name[10] == UInt8(ascii: "."))
        if isDockerfile || name.hasIgnoringCase("docker-compose.", at: 0) { return "docker" }
        return ending(of: path).flatMap { byExtension.value(ignoringCase: $0) } ?? "other"
    }

    /// The last component, of a Windows path too.
    private static func name(of path: TextBytes) -> TextBytes {
        guard let separator = path.lastIndex(where: PathParts.isSeparator) else { return path }
        return path.from(separator + 1)
    }
}
