import Core
import Foundation
import SQL

/// A folder for one test's database files, removed with the last reference.
final class TemporaryDatabase {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "tailship-sql-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: BytePath { BytePath(folder + "/test.db") }

    func open(
        _ mode: Connection.Mode = .readWriteCreate,
        _ options: ConnectionOptions = ConnectionOptions(busyTimeout: .zero)
    ) throws -> Connection {
        try Connection(path: path, mode: mode, options: options)
    }

    /// Writes a file of this folder and returns its path.
    func write(_ bytes: [UInt8], to name: String) throws -> BytePath {
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        return BytePath(folder + "/" + name)
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
}

/// The database error that `body` throws; nil when it throws none.
func failure(_ body: () throws -> Void) -> SQLError? {
    do {
        try body()
        return nil
    } catch {
        return error as? SQLError
    }
}
