import Core
import Platform
import Settings

extension AgentDoctor {
    /// What a walk through one source found.
    private struct Walk {
        var files = 0
        var folders = 0
        var unreadable: [BytePath] = []
        var unreadableCount = 0
        /// It was ended because there is so much.
        var isCut = false

        mutating func cannotRead(_ path: BytePath) {
            unreadableCount += 1
            if unreadable.count < 3 { unreadable.append(path) }
        }
    }

    /// Names that a walk looks at.
    private static let most = 500_000

    mutating func lookAtSources() {
        var folders = 0
        var files = 0
        for source in settings.definitions {
            let walk = look(at: source)
            folders += walk.folders
            files += walk.files
        }
        if settings.definitions.isEmpty {
            diagnosis.warn(
                "sessions",
                "every source is disabled: nothing is shipped",
                "Enable one in agent.conf; tailship-agent check shows them."
            )
        } else if files == 0 {
            diagnosis.warn(
                "sessions",
                "no sessions were found",
                "Use the tool once as \(Host.userName), or name its folder: [source.NAME] root = \"…\"."
            )
        }
        lookAtInotify(folders)
    }

    private mutating func look(at source: SourceDefinition) -> Walk {
        let name = "source \(source.name)"
        var walk = Walk()
        guard let real = Host.realPath(source.root) else {
            diagnosis.ok(name, "\(source.root) is not there; it is shipped when it comes")
            return walk
        }
        self.walk(source, &walk)
        let count = "\(walk.files)\(walk.isCut ? " or more" : "") files in \(source.root)"
        if walk.unreadableCount > 0 {
            let examples = walk.unreadable.map(\.description).joined(separator: ", ")
            diagnosis.fail(
                name,
                "\(Host.userName) cannot read \(walk.unreadableCount) of what is in \(source.root): \(examples)",
                "chown or chmod them, or run the agent as their owner."
            )
        } else {
            diagnosis.ok(name, count)
        }
        lookAtHolding(source, real)
        lookAtRetention(source)
        return walk
    }

    private func walk(_ source: SourceDefinition, _ walk: inout Walk) {
        var waiting: [BytePath] = [BytePath([])]
        var seen = 0
        while let folder = waiting.popLast() {
            let path = folder.isEmpty ? source.root : source.root.appending(folder)
            walk.folders += 1
            let entries: [DirectoryEntry]
            do throws(SystemError) {
                entries = try disk.list(path)
            } catch {
                if !error.isNotFound { walk.cannotRead(path) }
                continue
            }
            seen += entries.count
            guard seen < AgentDoctor.most else {
                walk.isCut = true
                return
            }
            for entry in entries {
                let below = folder.appending(entry.name)
                switch entry.kind {
                case .directory where source.couldShip(below: below): waiting.append(below)
                case .regular:
                    guard case .ship = source.decide(below) else { continue }
                    walk.files += 1
                    let file = source.root.appending(below)
                    if !Host.mayRead(file, folder: false) { walk.cannotRead(file) }
                default: break
                }
            }
        }
    }

    // MARK: Holding

    private mutating func lookAtHolding(_ source: SourceDefinition, _ root: BytePath) {
        guard settings.hold else { return }
        let name = "holding \(source.name)"
        let state = Host.realPath(settings.stateDirectory) ?? nearest(settings.stateDirectory)
        let table = MountTable.current
        guard let from = table.mount(of: root), let to = table.mount(of: state) else { return }
        if from.number == to.number {
            diagnosis.ok(name, "files that the tool deletes are kept until they are verified")
        } else {
            diagnosis.warn(
                name,
                "\(source.root) (mounted at \(from.path)) and the state folder (at \(to.path)) "
                    + "are different mounts: files cannot be hard-linked, so deleted ones are not kept",
                "Set [agent] state_directory to a folder on the same mount; in a unit, allow both by "
                    + "one ReadWritePaths=."
            )
        }
    }

    private mutating func lookAtRetention(_ source: SourceDefinition) {
        guard source.name == "claude-code" else { return }
        let path = source.root.appending("settings.json")
        let text: [UInt8]?
        do throws(SystemError) {
            text = try disk.contents(path)
        } catch {
            return
        }
        let retention = ToolRetention(settings: text ?? [])
        switch retention.days {
        case 0?:
            diagnosis.warn(
                "retention",
                "cleanupPeriodDays is 0 in \(path): Claude Code may write no sessions at all",
                "Set it to a large number, such as 99999."
            )
        case let days? where days > 30:
            diagnosis.ok("retention", "Claude Code deletes sessions after \(days) days")
        case let days:
            let set = days.map { "\($0) days" } ?? "30 days (its default)"
            let text = "Claude Code deletes sessions after \(set)"
            guard !settings.hold || settings.receivers.isEmpty else {
                return diagnosis.ok("retention", "\(text); what is not verified by then is held")
            }
            diagnosis.warn(
                "retention",
                "\(text), shipped or not",
                "Set \"cleanupPeriodDays\": 99999 in \(path), or hold = true and a receiver in agent.conf."
            )
        }
    }

    // MARK: Notifications

    private mutating func lookAtInotify(_ folders: Int) {
        guard let watches = Host.kernelSetting("fs/inotify/max_user_watches"),
            let instances = Host.kernelSetting("fs/inotify/max_user_instances")
        else { return }
        let text =
            "\(folders) folders to watch, \(watches) watches and \(instances) instances allowed"
        if folders * 2 > watches {
            diagnosis.warn(
                "inotify",
                "\(text): sources are polled when they run out",
                "sysctl fs.inotify.max_user_watches=\(max(524_288, folders * 4)) "
                    + "(and in /etc/sysctl.d/ for good)"
            )
        } else if instances < 16 {
            diagnosis.warn("inotify", text, "sysctl fs.inotify.max_user_instances=128")
        } else {
            diagnosis.ok("inotify", text)
        }
    }
}
