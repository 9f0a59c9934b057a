import Core
import Platform
import Settings

/// Lets commands of root work as the user whose storage it is: a file of root's there would keep the service
/// from its own storage.
enum StorageOwner {
    /// The user of the packaged service (`User=` in tailship-receiver.service).
    private static let service = "tailship"

    /// Goes on as the storage's owner, when this is root and that is somebody else.
    ///
    /// The owner is whoever the receiver ran as; before its first start whose the folder is, or will be.
    static func become(_ settings: ReceiverSettings) throws(OperatorError) {
        guard Owner.current.isRoot else { return }
        let root = settings.storage.directory
        try OperatorError.system(
            .storage,
            "work as the owner of the storage folder \(root)",
            remedy: "Run the command as that user: sudo -u \(service) tailship-receiver …"
        ) { () throws(SystemError) in
            var owner = try found(root)
            if owner == nil { owner = try made(root) }
            if let owner, !owner.isRoot { try owner.become() }
        }
    }

    /// A container may run as root in somebody's folder, so what the receiver made counts first.
    private static func found(_ root: BytePath) throws(SystemError) -> Owner? {
        for path in [root.appending("receiver.db"), root.appending("authority"), root] {
            if let owner = try Owner.of(path) { return owner }
        }
        return nil
    }

    /// The folder is missing: the service's is made as its package does, another gets the owner of where
    /// it will be.
    private static func made(_ root: BytePath) throws(SystemError) -> Owner? {
        if root == ReceiverSettings.Storage.defaultDirectory, let owner = Owner.named(service) {
            let disk = try LinuxDisk(root: "/", links: .follow)
            try disk.makeDirectories(root)
            try owner.take(root)
            return owner
        }
        var folder = root.parent
        while !folder.isEmpty {
            if let owner = try Owner.of(folder) { return owner }
            folder = folder.parent
        }
        return nil
    }
}
