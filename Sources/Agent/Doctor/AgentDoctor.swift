import Core
import Platform
import SQL
import Settings

/// `tailship-agent doctor`: looks at the whole way from the session files to the receivers, changes nothing,
/// and says what to do.
///
/// It looks as the user that it is started as, which should be the one that the agent runs as.
struct AgentDoctor {
    var diagnosis = Diagnosis()
    let settings: AgentSettings
    let disk: LinuxDisk

    /// - Returns: the exit status, 1 when something is wrong.
    static func run(_ arguments: Arguments) throws(OperatorError) -> Int32 {
        let settings = try AgentConfiguration.load(arguments).settings
        let disk = try OperatorError.system(.fileSystem, "open the file system") {
            () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow)
        }
        var doctor = AgentDoctor(settings: settings, disk: disk)
        doctor.look()
        let isJSON = arguments.flags.contains("--json")
        _ = StandardOutput.write(isJSON ? doctor.diagnosis.json : doctor.diagnosis.text)
        return doctor.diagnosis.level == .fail ? Exit.failure : Exit.success
    }

    private init(settings: AgentSettings, disk: LinuxDisk) {
        self.settings = settings
        self.disk = disk
    }

    mutating func look() {
        lookAtUser()
        lookAtSystem()
        lookAtState()
        lookAtSources()
        let status = lookAtService()
        lookAtReceivers(isRunning: status)
    }

    // MARK: Who and where

    private mutating func lookAtUser() {
        let user = Host.userName
        if Owner.current.isRoot, let person = Host.environment("SUDO_USER"), person != "root" {
            diagnosis.warn(
                "user",
                "this looks at what root's agent would ship, not at \(person)'s",
                "Run it without sudo, as the user whose sessions are shipped."
            )
        } else {
            diagnosis.ok("user", "looking as \(user), agent \(settings.name)")
        }
    }

    private mutating func lookAtSystem() {
        let kernel = Host.kernel
        if Host.isRecent(kernel: kernel) {
            diagnosis.ok("kernel", "Linux \(kernel)")
        } else {
            diagnosis.fail("kernel", "Linux \(kernel) is too old", "Linux 5.6 or later is needed.")
        }
        diagnosis.addClock()
    }

    // MARK: State

    private mutating func lookAtState() {
        let path = settings.stateDirectory
        guard let real = Host.realPath(path) else {
            let parent = nearest(path)
            if Host.mayWrite(parent) {
                diagnosis.ok("state", "\(path) is not there yet and is made at the first start")
            } else {
                diagnosis.fail(
                    "state",
                    "\(path) cannot be made: \(Host.userName) may not write to \(parent)",
                    "Give \(Host.userName) write access there, or set [agent] state_directory."
                )
            }
            return lookAtRoom(parent)
        }
        let mount = MountTable.current.mount(of: real)
        if mount?.isReadOnly == true || !Host.mayWrite(path) {
            diagnosis.fail(
                "state",
                "\(Host.userName) may not write to \(path)",
                "chown it to \(Host.userName), or set [agent] state_directory."
            )
        } else if isReadable(byOthers: path) {
            diagnosis.warn(
                "state",
                "other users may look into \(path), where certificates and held files are",
                "chmod 700 \(path)"
            )
        } else {
            diagnosis.ok("state", "\(path)")
        }
        lookAtRoom(path)
        lookAtCheckpoints()
    }

    private mutating func lookAtCheckpoints() {
        let path = StateFolder(settings.stateDirectory).database
        guard Host.mayRead(path, folder: false) else { return }
        do throws(SQLError) {
            let connection = try Connection(path: path, mode: .readOnly)
            let version = try connection.userVersion
            guard version > CheckpointSchema.migrations.version else { return }
            diagnosis.fail(
                "checkpoints",
                "\(path) has schema version \(version); this agent knows up to \(CheckpointSchema.migrations.version)",
                "Install the newer agent again, or move the file away: every file is then compared anew."
            )
        } catch {
            diagnosis.warn(
                "checkpoints",
                error.description,
                "Nothing is lost: at its next start the agent sets them aside and compares every file."
            )
        }
    }

    private mutating func lookAtRoom(_ path: BytePath) {
        guard let room = Host.room(path) else { return }
        let text = "\(ByteCount.text(room.bytes)) free for \(path)"
        if room.bytes < 16 << 20 || room.names < 64 {
            diagnosis.fail("disk", "\(text): not enough for checkpoints", "Make room there.")
        } else if room.bytes < 256 << 20 {
            diagnosis.warn(
                "disk",
                text,
                "Make room: deleted files that are held stay on this disk."
            )
        } else {
            diagnosis.ok("disk", text)
        }
    }

    private func isReadable(byOthers path: BytePath) -> Bool {
        do throws(SystemError) {
            return (try disk.statusFollowingLinks(path)?.mode ?? 0) & 0o077 != 0
        } catch {
            return false
        }
    }

    /// The nearest folder above `path` that is there.
    func nearest(_ path: BytePath) -> BytePath {
        var folder = path.parent
        while folder != "/", !folder.isEmpty, Host.realPath(folder) == nil {
            folder = folder.parent
        }
        return folder
    }

    // MARK: Service

    /// Whether the agent runs.
    private mutating func lookAtService() -> Bool {
        do throws(OperatorError) {
            let answer = try ControlClient.request(
                settings.controlSocket,
                "status text",
                timeout: .seconds(10)
            )
            diagnosis.ok("service", "the agent is running: \(answer.prefix { $0 != "\n" })")
            lookAtLinger()
            return true
        } catch {
            let locked = lockHolder()
            if let locked {
                diagnosis.fail(
                    "service",
                    locked,
                    "Stop the other one, or ask it: tailship-agent status"
                )
            } else {
                diagnosis.warn(
                    "service",
                    "the agent is not running",
                    "systemctl --user enable --now tailship-agent"
                )
            }
            return false
        }
    }

    /// What another agent that answers nothing here has locked.
    private func lockHolder() -> String? {
        let folder = StateFolder(settings.stateDirectory)
        guard Host.realPath(folder.path.appending("agent.lock")) != nil else { return nil }
        do throws(OperatorError) {
            _ = try folder.lock(settings.definitions.map(\.root))
            return nil
        } catch {
            return error.code == .busy ? error.message : nil
        }
    }

    private mutating func lookAtLinger() {
        let user = Host.userName
        guard !Owner.current.isRoot, Host.environment("XDG_RUNTIME_DIR") != nil,
            Host.realPath("/run/systemd/system") != nil
        else { return }
        let isLingering = Host.realPath(BytePath("/var/lib/systemd/linger/\(user)")) != nil
        diagnosis.ok(
            "login",
            isLingering
                ? "it ships while \(user) is logged out, too"
                : "it ships while \(user) is logged in; always: loginctl enable-linger"
        )
    }
}
