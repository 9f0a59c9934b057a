import Core
import Platform

/// The agent's state folder, and the locks that keep two agents from shipping the same files.
///
/// ```
/// agent.lock  control.sock  checkpoints.db
/// held/<stream>  snapshots/<stream>
/// receivers/<name>/identity.pem  authority.pem
/// ```
struct StateFolder {
    let path: BytePath

    init(_ path: BytePath) { self.path = path }

    var database: BytePath { path.appending("checkpoints.db") }

    /// The whole file system, with the state folder made.
    func open() throws(OperatorError) -> LinuxDisk {
        do throws(SystemError) {
            let disk = try LinuxDisk(root: "/", links: .follow)
            try disk.makeDirectories(path)
            return disk
        } catch {
            throw OperatorError(
                .fileSystem,
                "cannot use the state folder \(path)",
                remedy: "Give \(Host.userName) write access to it, or set --state.",
                cause: error.description
            )
        }
    }

    /// One lock for the state folder and one for each root, whoever runs the other agent.
    func lock(_ roots: [BytePath]) throws(OperatorError) -> [FileLock] {
        var locks = [try take(path.appending("agent.lock"), "uses the state folder \(path)")]
        for root in Set(roots).sorted() {
            let name = BytePath("tailship-\(Hex.encode(Checksum.xxh3(root.bytes))).lock")
            let lock = StateFolder.lockFolder.appending(name)
            locks.append(try take(lock, "ships the files in \(root)"))
        }
        return locks
    }

    private func take(_ path: BytePath, _ what: String) throws(OperatorError) -> FileLock {
        let holder: Int32?
        do throws(SystemError) {
            if let lock = try FileLock.tryAcquire(path) { return lock }
            holder = FileLock.holder(path)
        } catch {
            guard error.isPermission else {
                throw OperatorError(.fileSystem, "cannot lock \(path)", cause: error.description)
            }
            // Another user's lock file cannot be opened: that user's agent has it.
            holder = nil
        }
        let process = holder.map { " (process \($0))" } ?? ""
        throw OperatorError(
            .busy,
            "another agent\(process) \(what)",
            remedy: "Stop it, or ask it: tailship-agent status."
        )
    }

    private static var lockFolder: BytePath {
        do throws(SystemError) {
            let disk = try LinuxDisk(root: "/", links: .follow)
            if try disk.statusFollowingLinks("/run/lock")?.kind == .directory { return "/run/lock" }
        } catch {
            return "/tmp"
        }
        return "/tmp"
    }
}
