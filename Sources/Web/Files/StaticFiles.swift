import Core
import Platform
import Synchronization
import TLS

/// The page's own files, from a folder and from Debian's packages of what it uses.
final class StaticFiles: Sendable {
    private struct Entry {
        var status: FileStatus
        var response: HTTPResponse
        var tag: String
    }

    /// The largest that is served.
    private static let largest: UInt64 = 8 << 20
    /// Files that are remembered.
    private static let most = 200

    /// What the page uses of others, and where Debian has it.
    static let vendor: [String: BytePath] = [
        "marked.js": "/usr/share/javascript/marked/marked.umd.min.js",
        "purify.js": "/usr/share/nodejs/dompurify/dist/purify.min.js",
        "highlight.js": "/usr/share/javascript/highlight.js/highlight.min.js",
        "highlight.css": "/usr/share/javascript/highlight.js/styles/default.css",
    ]

    private let folder: BytePath
    private let entries = Mutex<[String: Entry]>([:])

    init(_ folder: BytePath) { self.folder = folder }

    /// The file that is asked for; a view of the page is its `index.html`.
    func response(_ target: RequestTarget, _ request: HTTPRequest) -> HTTPResponse {
        let isPacked = Gzip.isAccepted(request.headers["accept-encoding"])
        for (disk, path, name) in candidates(target.path) {
            do throws(SystemError) {
                guard let entry = try entry(disk, path, name, isPacked) else { continue }
                guard request.headers["if-none-match"] != entry.tag else {
                    return HTTPResponse(304, [("ETag", entry.tag), ("Cache-Control", "no-cache")])
                }
                return entry.response
            } catch {
                Log.warning("cannot read the page's file \(path): \(error)")
            }
        }
        return APIError.missing(
            target.path.isEmpty ? "the page is not installed" : "there is no such file",
            remedy: target.path.isEmpty ? "Its files belong into \(folder)." : nil
        ).response
    }

    private func candidates(_ path: [String]) -> [(root: BytePath, path: BytePath, name: String)] {
        if path.first == "vendor" {
            guard path.count == 2, let file = StaticFiles.vendor[path[1]] else { return [] }
            return [("/", BytePath(file.bytes.dropFirst()), path[1])]
        }
        guard !path.contains(where: { $0.first == "." }) else { return [] }
        let index: (BytePath, BytePath, String) = (folder, "index.html", "index.html")
        guard let last = path.last else { return [index] }
        guard last.contains(".") else { return [index] }
        return [(folder, BytePath(path.joined(separator: "/")), last)]
    }

    private func entry(
        _ root: BytePath,
        _ path: BytePath,
        _ name: String,
        _ isPacked: Bool
    ) throws(SystemError) -> Entry? {
        // No link leads out of the folder; Debian links the files of its packages.
        let disk = try LinuxDisk(root: root, links: root == "/" ? .follow : .refuse)
        guard path.isContained, let status = try disk.statusFollowingLinks(path),
            status.kind == .regular, status.size <= StaticFiles.largest
        else { return nil }
        let key = "\(isPacked) \(root.appending(path))"
        if let known = entries.withLock({ $0[key] }), known.status == status { return known }
        guard let bytes = try disk.contents(path) else { return nil }
        let entry = StaticFiles.make(bytes, name, status, isPacked)
        entries.withLock { entries in
            if entries.count >= StaticFiles.most { entries.removeAll() }
            entries[key] = entry
        }
        return entry
    }

    private static func make(
        _ bytes: [UInt8],
        _ name: String,
        _ status: FileStatus,
        _ isPacked: Bool
    ) -> Entry {
        let tag = "\"\(Hex.encode(Checksum.xxh3(bytes)))\(isPacked ? "-z" : "")\""
        var response = HTTPResponse(
            200,
            [
                ("Content-Type", MediaType.of(name)), ("ETag", tag), ("Cache-Control", "no-cache"),
            ],
            .bytes(bytes)
        )
        if isPacked { response.compress() }
        return Entry(status: status, response: response, tag: tag)
    }
}
