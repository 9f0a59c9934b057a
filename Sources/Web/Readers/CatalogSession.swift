import Catalog
import Core
import Platform
import SQL

/// The catalog as one reader thread sees it: opened when it is first asked, and again when another file took its
/// place.
final class CatalogSession {
    /// The longest that one request may read.
    static let limit = Duration.seconds(10)

    private let path: BytePath
    private let disk: LinuxDisk
    private var reader: CatalogReader?
    /// Device and inode of what is open.
    private var file: [UInt64] = []
    private let deadline = Deadline()
    private let shared: Shared?

    /// What the sessions of several threads remember together.
    struct Shared: Sendable {
        let memo = SessionMemo(
            PageQuestions.all + CatalogReader.questions,
            ofAllTimes: [PageQuestions.responsesOfFiles]
        )
        let messages = MessageMap()
    }

    /// A session with the catalog at `path`; `shared` is what it remembers with others.
    init(_ path: BytePath, shared: Shared? = nil) throws(OperatorError) {
        self.path = path
        self.shared = shared
        disk = try OperatorError.system(.fileSystem, "look for the catalog") {
            () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow)
        }
    }

    /// What is being read ends early when this says so; asked on the session's thread.
    func end(when isCalledOff: @escaping () -> Bool) { deadline.isCalledOff = isCalledOff }

    /// Reads with the clock running.
    ///
    /// - Throws: what the body throws, and `slow` when the time was over.
    func read<Value>(
        limit: Duration = CatalogSession.limit,
        _ body: (CatalogReader) throws(APIError) -> Value
    ) throws(APIError) -> Value {
        let reader: CatalogReader
        do throws(OperatorError) { reader = try current() } catch { throw APIError(error) }
        deadline.begin(limit)
        defer { deadline.end() }
        do throws(APIError) {
            return try body(reader)
        } catch {
            throw deadline.isOver ? .slow : error
        }
    }

    private func current() throws(OperatorError) -> CatalogReader {
        let status = try OperatorError.system(.storage, "look for the catalog \(path)") {
            () throws(SystemError) in
            try disk.statusFollowingLinks(path)
        }
        let now = status.map { [$0.device, $0.inode] } ?? []
        // One without rows yet is not there for a reader: it is looked for again each time.
        if let reader, now == file, reader.isFile { return reader }
        reader = nil
        let opened = try CatalogReader(path: path)
        if opened.isFile {
            opened.memo = shared?.memo
            opened.messageMap = shared?.messages
        }
        do throws(SQLError) {
            let deadline = deadline
            try opened.database.onProgress { deadline.hasPassed() }
        } catch {
            throw OperatorError(error)
        }
        reader = opened
        file = now
        return opened
    }
}
