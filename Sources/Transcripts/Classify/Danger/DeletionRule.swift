/// Recursive deletion outside of temporary places.
enum DeletionRule {
    static func danger(_ context: DangerContext) -> Danger? {
        switch context.lowercasedName {
        case "find", "fd": return found(context)
        case "rm", "srm", "trash": return removed(context)
        case "rimraf": return judged(context, context.operands)
        case "shred":
            let isDisk = context.operands.last.map(DiskRule.isDisk) == true
            return isDisk ? context.danger("disk_change", .critical) : nil
        case "rd", "rmdir", "del", "erase":
            guard context.invocation.has("/s") || context.invocation.has("/S") else { return nil }
            return judged(context, context.operands.filter { !$0.begins("/") })
        case "remove-item", "ri":
            let isRecursive = context.invocation.arguments.contains {
                $0.text.hasIgnoringCase("-r", at: 0)
            }
            return isRecursive ? judged(context, context.operands) : nil
        default: return nil
        }
    }

    private static let recursive = ByteSet("rR")

    private static func removed(_ context: DangerContext) -> Danger? {
        let invocation = context.invocation
        let isRecursive = invocation.arguments.prefix { $0.text != "--" }.contains { option in
            option.text == "--recursive" || option.text == "-Recurse"
                || option.isShortOption && option.text.contains(where: recursive.contains)
        }
        guard isRecursive else {
            // Without recursion only what is needed to start again counts.
            let isSystem = invocation.arguments.contains {
                $0.isOperand && context.resolved($0.text).isSystem
            }
            return isSystem ? context.danger("system_file_delete", .high) : nil
        }
        if invocation.wrapping.takesInput, !invocation.arguments.contains(where: \.isOperand) {
            return severity(ofAnything: context).map { context.danger("recursive_delete", $0) }
        }
        return judged(context, invocation.operands)
    }

    private static let star: StaticString = "*"
    private static let dot: StaticString = "."

    private static func severity(ofAnything context: DangerContext) -> Finding.Severity? {
        severity(of: TextBytes(start: star.utf8Start, count: 1), context)
    }

    /// A search for names deletes what it names only.
    private static let narrowing = WordSet([
        "-name", "-iname", "-path", "-regex", "-empty", "-mtime", "-mmin", "-newer",
    ])

    private static func found(_ context: DangerContext) -> Danger? {
        guard context.invocation.has("-delete") else { return nil }
        var places = context.invocation.arguments.prefix {
            !$0.isOption && $0.text != "(" && $0.text != "!"
        }.map(\.text)
        if places.isEmpty { places = [TextBytes(start: dot.utf8Start, count: 1)] }
        var danger = judged(context, places)
        if let found = danger, context.invocation.has(narrowing) {
            danger?.severity = max(found.severity, .medium)
        }
        return danger
    }

    /// The danger of the gravest target.
    private static func judged(_ context: DangerContext, _ targets: [TextBytes]) -> Danger? {
        var gravest: Finding.Severity?
        for target in targets where gravest != .critical {
            guard let severity = severity(of: target, context) else { continue }
            gravest = min(gravest ?? severity, severity)
        }
        return gravest.map { context.danger("recursive_delete", $0) }
    }

    private static let regenerated = WordSet([
        "node_modules", "dist", "build", "target", "out", "coverage", "__pycache__", ".next",
        ".nuxt", ".cache", ".build", ".pytest_cache", ".mypy_cache", ".turbo", ".parcel-cache",
        ".venv", "venv", ".gradle", "deriveddata", ".tox", ".ruff_cache", ".vite", ".svelte-kit",
        "htmlcov", ".nyc_output", "tmp", "temp", ".tmp", ".eggs", "cmake-build-debug", "bin", "obj",
        "test-results",
    ])
    private static let wide = WordSet(["*", ".", "..", "./*", "../*", ".*"])

    private static func severity(
        of target: TextBytes,
        _ context: DangerContext
    ) -> Finding.Severity? {
        guard !context.isTemporary(target) else { return nil }
        let path = context.resolved(target)
        let end = end(ofBare: path)
        if isRoot(path, before: end) || path.withStart(before: end, \.isSystem) { return .critical }
        if isHome(path, before: end) { return .critical }
        if path.equals(".git", before: end) || path.has("/.git", at: end - 5, before: end) {
            return .high
        }
        let name = path.lastPart(before: end, context.arena)
        if regenerated.contains(ignoringCase: name) { return .low }
        if wide.contains(target) || path.begins("..") { return .high }
        let isAnchored =
            path.count > 0 && ByteSet.anchors.contains(path[0])
            || path.count > 1 && path[1] == UInt8(ascii: ":")
        return isAnchored ? .high : .medium
    }

    /// Where the path ends without what does not change the place: slashes and stars.
    private static func end(ofBare path: ResolvedPath) -> Int {
        var end = path.count
        while end > 1 {
            let last = path[end - 1]
            let isHere =
                last == UInt8(ascii: ".") && path[end - 2] == UInt8(ascii: "/")
            guard last == UInt8(ascii: "/") || last == UInt8(ascii: "*") || isHere else { break }
            end -= 1
        }
        return end
    }

    private static let roots = WordSet([
        "/", "~", "$home", "${home}", "c:", "c:\\", "c:/", "%userprofile%", "$env:userprofile",
        "/home", "/users", "/mnt", "/mnt/c", "/*",
    ])

    private static func isRoot(_ path: ResolvedPath, before end: Int) -> Bool {
        path.withStart(before: end) { $0.isOne(of: roots) }
    }

    /// Somebody's home, or the folder of all of them.
    private static func isHome(_ path: ResolvedPath, before end: Int) -> Bool {
        guard path.has("/home/", at: 0, before: end) || path.has("/Users/", at: 0, before: end)
        else { return false }
        var parts = 0
        for index in 0..<end where path[index] != UInt8(ascii: "/") {
            if index == 0 || path[index - 1] == UInt8(ascii: "/") { parts += 1 }
            if parts > 2 { return false }
        }
        return true
    }
}
