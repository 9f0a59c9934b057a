/// Recursive deletion outside of temporary places.
enum DeletionRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        switch context.name.lowercased() {
        case "find", "fd": found(context)
        case "rm", "srm", "trash": removed(context)
        case "rimraf": judged(context, context.operands)
        case "shred":
            DiskRule.isDisk(context.operands.last ?? "")
                ? context.danger("disk_change", .critical) : []
        case "rd", "rmdir":
            context.invocation.has("/s", "/S")
                ? judged(context, context.operands.filter { !$0.hasPrefix("/") }) : []
        case "del", "erase":
            context.invocation.has("/s", "/S")
                ? judged(context, context.operands.filter { !$0.hasPrefix("/") }) : []
        case "remove-item", "ri":
            context.invocation.arguments.contains { $0.text.lowercased().hasPrefix("-r") }
                ? judged(context, context.operands) : []
        default: []
        }
    }

    private static func removed(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        let options = invocation.arguments.prefix { $0.text != "--" }.map(\.text)
        let isRecursive = options.contains { option in
            option == "--recursive" || option == "-Recurse"
                || option.hasPrefix("-") && !option.hasPrefix("--")
                    && option.contains { $0 == "r" || $0 == "R" }
        }
        guard isRecursive else {
            // Without recursion only what is needed to start again counts.
            let targets = invocation.operands.map(context.resolved)
            return targets.contains { PathPlace.isSystem($0) }
                ? context.danger("system_file_delete", .high) : []
        }
        let isPiped = invocation.wrappers.contains { $0 == "xargs" || $0 == "parallel" }
        return judged(
            context,
            invocation.operands + (isPiped && invocation.operands.isEmpty ? ["*"] : [])
        )
    }

    private static func found(_ context: DangerContext) -> [Danger] {
        guard context.invocation.has("-delete") else { return [] }
        let places = context.invocation.arguments.map(\.text).prefix {
            !$0.hasPrefix("-") && $0 != "(" && $0 != "!"
        }
        // A search for names deletes what it names only.
        let isNarrow = context.invocation.has(
            "-name",
            "-iname",
            "-path",
            "-regex",
            "-empty",
            "-mtime",
            "-mmin",
            "-newer"
        )
        let found = judged(context, places.isEmpty ? ["."] : Array(places))
        return isNarrow ? found.map { Danger($0.rule, max($0.severity, .medium), $0.range) } : found
    }

    /// The danger of the gravest target.
    private static func judged(_ context: DangerContext, _ targets: [String]) -> [Danger] {
        let severities = targets.compactMap { severity(of: $0, context) }
        return severities.min().map { context.danger("recursive_delete", $0) } ?? []
    }

    private static let regenerated: Set<String> = [
        "node_modules", "dist", "build", "target", "out", "coverage", "__pycache__", ".next",
        ".nuxt",
        ".cache", ".build", ".pytest_cache", ".mypy_cache", ".turbo", ".parcel-cache", ".venv",
        "venv",
        ".gradle", "deriveddata", ".tox", ".ruff_cache", ".vite", ".svelte-kit", "htmlcov",
        ".nyc_output",
        "tmp", "temp", ".tmp", ".eggs", "cmake-build-debug", "bin", "obj", "test-results",
    ]

    private static func severity(of target: String, _ context: DangerContext) -> Finding.Severity? {
        guard !context.isTemporary(target) else { return nil }
        let path = context.resolved(target)
        let bare = bare(path)
        if isRoot(bare) { return .critical }
        if PathPlace.isSystem(bare) { return .critical }
        if bare.hasPrefix("/home/") || bare.hasPrefix("/Users/"),
            bare.split(separator: "/").count <= 2
        {
            return .critical
        }
        if bare.hasSuffix("/.git") || bare == ".git" { return .high }
        let name = FileKind.name(of: bare).lowercased()
        if regenerated.contains(name) { return .low }
        if ["*", ".", "..", "./*", "../*", ".*"].contains(target) || path.hasPrefix("..") {
            return .high
        }
        if path.hasPrefix("/") || path.hasPrefix("~") || path.hasPrefix("$")
            || path.dropFirst().hasPrefix(":")
        {
            return .high
        }
        return .medium
    }

    /// Without what does not change the place: slashes and stars at the end.
    private static func bare(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, let last = path.last,
            last == "/" || last == "*" || last == "." && path.hasSuffix("/.")
        {
            path = path.dropLast()
        }
        return String(path)
    }

    private static func isRoot(_ path: String) -> Bool {
        let path = path.lowercased()
        return [
            "/", "~", "$home", "${home}", "c:", "c:\\", "c:/", "%userprofile%", "$env:userprofile",
            "/home", "/users", "/mnt", "/mnt/c", "/*",
        ].contains(path)
    }
}
