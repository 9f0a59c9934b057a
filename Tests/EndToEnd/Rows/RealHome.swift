import Core
import Foundation
import TestSupport

/// A home folder with real sessions in the places where their tools leave them.
///
/// They are copied from the folder that TAILSHIP_SESSIONS names, which has one folder for each tool.
struct RealHome {
    static let folder = ProcessInfo.processInfo.environment["TAILSHIP_SESSIONS"]
    /// The program that restates the rule of ccusage.
    static let ccusage = ProcessInfo.processInfo.environment["TAILSHIP_CCUSAGE"]
    /// The program of agentsview: TAILSHIP_AGENTSVIEW, or what `make test-peers` installed; nil without it.
    static let agentsview: String? = {
        if let path = ProcessInfo.processInfo.environment["TAILSHIP_AGENTSVIEW"] { return path }
        let package = BytePath(#filePath).parent.parent.parent.parent
        let installed = package.appending(".build/servers/bin/agentsview")
        return Files.exists(installed) ? installed.description : nil
    }()

    let path: BytePath
    private(set) var bytes = 0

    /// The presets and their roots in a home.
    static let roots = [
        ("claude-code", ".claude"), ("codex", ".codex"), ("gemini", ".gemini"),
    ]

    init(_ path: BytePath, from folder: String) throws {
        self.path = path
        for tool in ["claude", "codex", "gemini"] {
            let found = FileManager.default.subpaths(atPath: folder + "/" + tool) ?? []
            for name in found where name.hasSuffix(".jsonl") || name.hasSuffix(".json") {
                let place = RealHome.place(tool, name.split(separator: "/").map(String.init))
                let content = try Data(contentsOf: URL(filePath: "\(folder)/\(tool)/\(name)"))
                try Files.write(path.appending(BytePath(place)), content)
                bytes += content.count
            }
        }
    }

    /// The name that a tool would give to a session; what is above it becomes its project.
    private static func place(_ tool: String, _ parts: [String]) -> String {
        let name = parts[parts.count - 1]
        switch tool {
        case "claude":
            var kept = 1
            if let index = parts.dropLast().firstIndex(of: "subagents") {
                kept = parts.count - index + 1
            }
            let rest = parts.suffix(kept).joined(separator: "/")
            return ".claude/projects/\(flat(parts.dropLast(kept)))/\(rest)"
        case "codex":
            let file = name.hasPrefix("rollout-") ? name : "rollout-" + flat(parts[...])
            return ".codex/sessions/2026/01/01/\(file)"
        default:
            return ".gemini/tmp/\(flat(parts.dropLast()))/chats/session-\(flat(parts.suffix(2)))"
        }
    }

    private static func flat(_ parts: ArraySlice<String>) -> String {
        String(
            parts.joined(separator: "-").map {
                $0.isLetter || $0.isNumber || "_.-".contains($0) ? $0 : "-"
            }
        )
    }
}
