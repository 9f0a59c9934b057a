/// Whether a file's path carries the identifier of a session: such a file is the session's own.
struct OwnPath {
    /// Shorter parts of an identifier say nothing in a path.
    private static let leastPart = 8

    private let owner: String
    private let parts: [[UInt8]]

    init(_ name: SessionName) {
        owner = name.owner
        let parts = name.session.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        self.parts = parts.contains { $0.count >= OwnPath.leastPart } ? parts : []
    }

    func matches(_ path: String, owner: String) -> Bool {
        guard owner == self.owner, !parts.isEmpty else { return false }
        var path = path
        return path.withUTF8 { path in parts.allSatisfy { OwnPath.contains(path, $0) } }
    }

    private static func contains(_ path: UnsafeBufferPointer<UInt8>, _ part: [UInt8]) -> Bool {
        guard path.count >= part.count, let first = part.first else { return false }
        for start in 0...(path.count - part.count)
        where path[start] == first && path[start..<(start + part.count)].elementsEqual(part) {
            return true
        }
        return false
    }
}
