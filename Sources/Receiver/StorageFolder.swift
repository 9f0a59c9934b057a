import Core
import Platform
import Settings

/// What lies where in the storage folder, and how it is opened.
///
/// ```
/// receiver.lock  control.sock  receiver.db  catalog.db
/// authority/     ca.pem ca.key
/// journal/       segments
/// objects/  archive/  manifest/
/// ```
enum StorageFolder {
    static func controlSocket(_ root: BytePath) -> BytePath { root.appending("control.sock") }

    static func open(_ root: BytePath) throws(OperatorError) -> LinuxDisk {
        try storage("open the storage folder \(root)") { () throws(SystemError) in
            let all = try LinuxDisk(root: "/", links: .follow)
            try all.makeDirectories(root)
            return try LinuxDisk(root: root, links: .refuse)
        }
    }

    static func lock(_ root: BytePath) throws(OperatorError) -> FileLock {
        let path = root.appending("receiver.lock")
        let lock = try storage("lock the storage folder \(root)") { () throws(SystemError) in
            try FileLock.tryAcquire(path)
        }
        guard let lock else {
            let holder = FileLock.holder(path).map { " (process \($0))" } ?? ""
            throw OperatorError(
                .busy,
                "another receiver\(holder) uses the storage folder \(root)",
                remedy: "Stop it, or set another [storage] directory."
            )
        }
        return lock
    }

    static func authority(
        _ disk: LinuxDisk,
        _ settings: ReceiverSettings
    ) throws(OperatorError) -> Authority {
        let names = settings.listen.names
        let isAddress = { (name: String) in
            name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
        }
        var policy = Authority.Policy(
            hostNames: [Host.name, "localhost"] + names.filter { !isAddress($0) },
            addresses: ["127.0.0.1", "::1"] + names.filter(isAddress),
            validity: settings.security.certificateValidity,
            expiredGrace: settings.security.expiredGrace,
            renewBefore: settings.security.renewBefore
        )
        if let own = settings.security.certificates {
            policy.own = Authority.Policy.Own(
                certificatePEM: try pem(own.certificate),
                keyPEM: try pem(own.key),
                authorityPEM: try pem(own.authority)
            )
        }
        return try Authority(disk: disk, policy: policy)
    }

    static func pem(
        _ path: BytePath,
        section: String = "security"
    ) throws(OperatorError) -> [UInt8] {
        let bytes = try storage("read \(path)") { () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).contents(path)
        }
        guard let bytes else {
            throw OperatorError(.configuration, "\(path) in [\(section)] does not exist")
        }
        return bytes
    }

    static func storage<Value>(
        _ what: String,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        let remedy = "Look at its owner, its permissions and the free space."
        return try OperatorError.system(.storage, what, remedy: remedy, body)
    }
}
