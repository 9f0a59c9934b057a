import Core

/// A configuration file and its drop-ins, as bytes.
package enum ConfigurationFolder {
    /// Reads `path`, then each `*.conf` of `path` + ".d" in the order of their names.
    ///
    /// - Parameters:
    ///   - path: the file; relative to the working folder, or absolute.
    ///   - mustExist: whether a missing file is an error; missing drop-ins never are.
    /// - Returns: names for messages, and contents.
    /// - Throws: `.configuration` for a file that cannot be read.
    package static func read(
        _ path: BytePath,
        mustExist: Bool
    ) throws(OperatorError) -> [(name: String, bytes: [UInt8])] {
        let path = path.isAbsolute ? path : workingFolder.appending(path)
        do throws(SystemError) {
            let disk = try LinuxDisk(root: "/", links: .follow)
            var files: [(name: String, bytes: [UInt8])] = []
            if let bytes = try disk.contents(path) {
                files.append((path.description, bytes))
            } else if mustExist {
                throw SystemError(errno: 2, call: "open", path: path)
            }
            let folder = BytePath(path.bytes + Array(".d".utf8))
            guard try disk.statusFollowingLinks(folder)?.kind == .directory else { return files }
            let names = try disk.list(folder).map(\.name)
                .filter { $0.bytes.suffix(5).elementsEqual(".conf".utf8) }
            for name in names.sorted() {
                let file = folder.appending(name)
                if let bytes = try disk.contents(file) { files.append((file.description, bytes)) }
            }
            return files
        } catch {
            throw OperatorError(
                .configuration,
                "cannot read the configuration \(path)",
                remedy: "Check the path and its permissions.",
                cause: error.description
            )
        }
    }

    private static var workingFolder: BytePath {
        Host.environment("PWD").map { BytePath($0) } ?? "/"
    }
}
