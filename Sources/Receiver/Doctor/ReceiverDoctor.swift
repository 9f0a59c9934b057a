import Core
import Platform
import Settings

/// `tailship-receiver doctor`: looks at everything that the receiver needs, beside a running one, changes nothing,
/// and says what to do.
///
/// Root goes on as the user whose storage it is, so that it sees what the service sees.
struct ReceiverDoctor {
    var diagnosis = Diagnosis()
    let settings: ReceiverSettings
    var root: BytePath { settings.storage.directory }

    /// - Returns: the exit status, 1 when something is wrong.
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) -> Int32 {
        var doctor = ReceiverDoctor(settings: settings)
        if Host.realPath(settings.storage.directory) != nil { try StorageOwner.become(settings) }
        doctor.look()
        let isJSON = arguments.flags.contains("--json")
        _ = StandardOutput.write(isJSON ? doctor.diagnosis.json : doctor.diagnosis.text)
        return doctor.diagnosis.level == .fail ? Exit.failure : Exit.success
    }

    private init(settings: ReceiverSettings) { self.settings = settings }

    private mutating func look() {
        lookAtSystem()
        let isThere = lookAtStorage()
        let isRunning = lookAtService()
        if isThere {
            lookAtAuthority()
            lookAtDatabases()
            lookAtAgents()
        }
        lookAtPage(isRunning: isRunning)
        lookAtConsumers()
        lookAtSettings()
    }

    // MARK: Machine

    private mutating func lookAtSystem() {
        diagnosis.ok("user", "looking as \(Host.userName)")
        let kernel = Host.kernel
        if Host.isRecent(kernel: kernel) {
            diagnosis.ok("kernel", "Linux \(kernel)")
        } else {
            diagnosis.fail("kernel", "Linux \(kernel) is too old", "Linux 5.6 or later is needed.")
        }
        diagnosis.addClock()
        let limit = Host.descriptorLimit
        let wanted = UInt64(settings.listen.maximumConnections) + 256
        if limit < wanted {
            diagnosis.warn(
                "descriptors",
                "\(limit) may be open, and max_connections asks for \(wanted)",
                "As the installed service it has LimitNOFILE=65536; else ulimit -n \(wanted), or a "
                    + "smaller max_connections."
            )
        } else {
            diagnosis.ok("descriptors", "\(limit) may be open")
        }
    }

    // MARK: Storage

    /// Whether there is a storage folder.
    private mutating func lookAtStorage() -> Bool {
        guard let real = Host.realPath(root) else {
            diagnosis.warn(
                "storage",
                "\(root) is not there yet",
                "The package makes it; else the first start does, as the user that it runs as."
            )
            return false
        }
        if !Host.mayWrite(root) || MountTable.current.mount(of: real)?.isReadOnly == true {
            diagnosis.fail(
                "storage",
                "\(Host.userName) may not write to \(root)",
                "chown -R tailship: \(root); a folder of your own needs ReadWritePaths=\(root) in a drop-in "
                    + "of the unit."
            )
        } else {
            lookAtFolder()
        }
        lookAtRoom()
        return true
    }

    private mutating func lookAtFolder() {
        do throws(SystemError) {
            let disk = try LinuxDisk(root: root, links: .refuse)
            let mode = try disk.status("")?.mode ?? 0
            if let remote = try Host.fileSystemType(root).remoteName {
                diagnosis.warn(
                    "storage",
                    "\(root) is on \(remote): what is acknowledged is only as safe as that",
                    "Put it on a local disk."
                )
            } else if mode & 0o077 != 0 {
                diagnosis.warn("storage", "other users may look into \(root)", "chmod 700 \(root)")
            } else {
                diagnosis.ok("storage", "\(root)")
            }
            let time = try trial(disk)
            let text = "hard links work; a synced write takes \(time.milliseconds) ms"
            if time > .milliseconds(250) {
                diagnosis.warn("sync", text, "Agents wait for each sync: use a faster disk.")
            } else {
                diagnosis.ok("sync", text)
            }
        } catch {
            diagnosis.fail("storage", error.description, "Put it on one local file system.")
        }
    }

    /// Writes, syncs and links a file of its own, as the archive does.
    private func trial(_ disk: LinuxDisk) throws(SystemError) -> Duration {
        let name = BytePath("doctor-\(Host.processID)")
        let link = BytePath("doctor-\(Host.processID).link")
        let start = Clock.monotonic()
        try disk.replaceContents(name, Array("written by tailship-receiver doctor\n".utf8))
        let time = Clock.monotonic() - start
        let result = Result { () throws(SystemError) in try disk.link(name, to: link) }
        try disk.remove(link)
        try disk.remove(name)
        try result.get()
        return time
    }

    private mutating func lookAtRoom() {
        guard let room = Host.room(root) else { return }
        let least = settings.storage.minimumFree
        let text = "\(ByteCount.text(room.bytes)) free for \(root)"
        if room.bytes < least || room.names < 1000 {
            diagnosis.fail(
                "disk",
                "\(text), minimum_free is \(ByteCount.text(least)): agents are paused",
                "Make room, add disk (docs/operations.md), or set [retention]."
            )
        } else if room.bytes < least * 4 || room.names < 100_000 {
            diagnosis.warn(
                "disk",
                text,
                "Agents are paused below \(ByteCount.text(least)): add disk."
            )
        } else {
            diagnosis.ok("disk", text)
        }
    }

    // MARK: Service

    /// Whether a receiver runs on this storage.
    private mutating func lookAtService() -> Bool {
        do throws(OperatorError) {
            let text = try ControlClient.request(
                StorageFolder.controlSocket(root),
                "status text",
                timeout: .seconds(10)
            )
            let first = text.prefix { $0 != "\n" }
            if first.contains("paused") {
                diagnosis.fail("service", String(first), "The reason stands in the line.")
            } else {
                diagnosis.ok("service", String(first))
            }
            reach("agents' port", settings.listen.agents)
            return true
        } catch {
            diagnosis.warn(
                "service",
                "the receiver is not running",
                "systemctl start tailship-receiver; why not: journalctl -u tailship-receiver"
            )
            lookAtPort()
            return false
        }
    }

    private mutating func lookAtPort() {
        let address = settings.listen.agents
        do throws(OperatorError) {
            _ = try ReceiverDoctor.connect(address)
            diagnosis.fail(
                "agents' port",
                "another program listens on \(address)",
                "Stop it (ss -ltnp), or set another [listen] agents."
            )
        } catch {
            diagnosis.ok("agents' port", "\(address) is free")
        }
    }

    /// Whether somebody takes connections at the address.
    mutating func reach(_ check: String, _ address: HostPort) {
        do throws(OperatorError) {
            _ = try ReceiverDoctor.connect(address)
            let note =
                address.isLoopback
                ? "reached from this machine only"
                : "from a workstation: tailship-agent doctor"
            diagnosis.ok(check, "\(address) takes connections; \(note)")
        } catch {
            diagnosis.fail(check, error)
        }
    }

    /// Connects and closes.
    static func connect(_ address: HostPort) throws(OperatorError) {
        let host = address.isWildcard ? (address.host == "::" ? "::1" : "127.0.0.1") : address.host
        let target = HostPort(host: host, port: address.port)
        let found = try SocketAddress.resolve(target.description, defaultPort: address.port)
        try OperatorError.system(
            .network,
            "connect to \(target)",
            remedy: "journalctl -u tailship-receiver says why nothing listens there."
        ) { () throws(SystemError) in
            guard let first = found.first else { return }
            let loop = try EventLoop()
            let socket = try StreamSocket.connect(to: first)
            var failure: SystemError? = SystemError(
                errno: 110,
                call: "connect",
                subject: "\(target)"
            )
            let source = try loop.add(socket.rawDescriptor, interest: .writable) { _ in
                failure = socket.connectResult()
                loop.stop()
            }
            loop.schedule(after: .seconds(5)) { loop.stop() }
            loop.run()
            source.cancel()
            if let failure { throw failure }
        }
    }
}
