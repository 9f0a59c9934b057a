import Catalog
import Core
import Platform
import SQL
import Settings
import TLS

/// What lies in the storage folder.
extension ReceiverDoctor {
    mutating func lookAtAuthority() {
        if let own = settings.security.certificates {
            lookAtCertificate("certificate", own.certificate)
            return lookAtCertificate("authority", own.authority)
        }
        let folder = root.appending("authority")
        guard Host.realPath(folder) != nil else {
            return diagnosis.ok("authority", "not made yet: the first start makes it")
        }
        let key = folder.appending("ca.key")
        do throws(SystemError) {
            let disk = try LinuxDisk(root: root, links: .refuse)
            let status = try disk.status("authority/ca.key")
            if let status, status.mode & 0o077 != 0 {
                diagnosis.fail("authority", "other users may read \(key)", "chmod 600 \(key)")
            } else if status == nil {
                diagnosis.fail(
                    "authority",
                    "\(key) is missing",
                    "Restore it from a backup; without it every agent must join anew."
                )
            }
        } catch {
            diagnosis.fail("authority", error.description, "chown -R tailship: \(root)")
        }
        lookAtCertificate("authority", folder.appending("ca.pem"))
    }

    private mutating func lookAtCertificate(_ check: String, _ path: BytePath) {
        let certificate: Certificate?
        do throws(OperatorError) {
            let pem = try StorageFolder.pem(path)
            certificate = try Result { () throws(TLSError) in try Certificate.list(pem: pem).first }
                .mapError { OperatorError($0) }.get()
        } catch {
            return diagnosis.fail(check, error)
        }
        guard let certificate else { return }
        let now = Clock.wall()
        let end = certificate.notAfter
        if now < certificate.notBefore {
            diagnosis.fail(
                check,
                "\(path) is valid from \(certificate.notBefore.iso8601) on, and it is \(now.iso8601) here",
                "Set the clock: timedatectl set-ntp true"
            )
        } else if now > end {
            diagnosis.fail(
                check,
                "\(path) ended \(end.iso8601)",
                "Look at the clock, or replace it."
            )
        } else if now + .days(60) > end {
            diagnosis.warn(check, "\(path) ends \(end.iso8601)", "docs/operations.md: rotate it.")
        } else {
            diagnosis.ok(check, "\(certificate.subject), valid until \(end.iso8601)")
        }
    }

    // MARK: Databases

    mutating func lookAtDatabases() {
        let known = [
            ("receiver.db", RegistrySchema.migrations.version),
            ("catalog.db", CatalogSchema.migrations.version),
            ("consumers.db", ConsumerSchema.migrations.version),
        ]
        var found = 0
        for (name, version) in known {
            let path = root.appending(BytePath(name))
            guard Host.realPath(path) != nil else { continue }
            do throws(SQLError) {
                let database = try Connection(path: path, mode: .readOnly)
                let its = try database.userVersion
                guard its > version else {
                    found += 1
                    continue
                }
                diagnosis.fail(
                    "databases",
                    "\(path) has schema version \(its); this receiver knows up to \(version)",
                    "Install the newer receiver again, or restore the backup from before the upgrade."
                )
            } catch {
                diagnosis.fail(
                    "databases",
                    error.description,
                    name == "catalog.db"
                        ? "Stop the receiver, then tailship-receiver rebuild."
                        : "Restore it from a backup."
                )
            }
        }
        if found > 0 {
            diagnosis.ok("databases", "\(found) opened, of versions that are known here")
        }
    }

    mutating func lookAtAgents() {
        let path = root.appending("receiver.db")
        guard Host.realPath(path) != nil else { return }
        let agents: [EnrolledAgent]
        do throws(OperatorError) {
            agents = try Registry(path: path).agents().filter { $0.revoked == nil }
        } catch {
            return diagnosis.fail("agents", error)
        }
        guard !agents.isEmpty else {
            return diagnosis.warn(
                "agents",
                "no agent is enrolled",
                "tailship-receiver token, then on the workstation tailship-agent join"
            )
        }
        let now = Clock.wall()
        for agent in agents where agent.cloned != nil {
            diagnosis.warn(
                "agents",
                "two machines use the identity of \(agent.name)",
                "On the copied one: remove ~/.local/state/tailship/agent, join anew."
            )
        }
        let ending = agents.filter { ($0.certificateExpires ?? .distantFuture) < now + .days(14) }
        if !ending.isEmpty {
            diagnosis.warn(
                "agents",
                "certificates end soon or have ended: \(ending.map(\.name).joined(separator: ", "))",
                "They renew when they connect; tailship-receiver agents shows when each was seen."
            )
        }
        diagnosis.ok("agents", "\(agents.count) enrolled")
    }
}

extension WallTime {
    /// Later than any certificate's end.
    fileprivate static let distantFuture = WallTime(nanoseconds: .max)
}
