import Core
import Platform
import SQL

extension CheckpointStore {
    /// What opening the checkpoints came to.
    package struct Opened {
        package let store: CheckpointStore
        /// What the operator should know, that an unusable file was set aside; nil when all was well.
        package let notice: String?
    }

    private static var options: ConnectionOptions {
        ConnectionOptions(
            journalMode: .wal,
            synchronous: .full,
            cacheKiB: 512,
            temporaryStore: .memory,
            foreignKeys: false
        )
    }

    /// Opens the database at `path`, and makes it if there is none.
    ///
    /// One that is unusable (empty, torn, full of NULs, no database) is set aside as
    /// `<name>.unusable-<seconds>`, and a fresh one is made: the receivers' offsets are asked for.
    ///
    /// - Throws: when a newer agent wrote it, or neither the old nor a fresh one can be opened.
    package static func open(
        _ path: BytePath,
        on disk: any Disk,
        at now: WallTime
    ) throws(OperatorError) -> Opened {
        let reason: String
        do throws(SQLError) {
            guard try isEmptyFile(path, on: disk) else {
                return Opened(store: try sound(path), notice: nil)
            }
            reason = "the file is empty"
        } catch {
            guard isUnusable(error) else { throw refusal(error, path) }
            reason = error.description
        }
        let aside = try setAside(path, on: disk, at: now)
        let notice = """
            the checkpoints were unusable (\(reason)) and are set aside as \(aside); nothing is \
            lost: every file is compared with what the receivers hold
            """
        do throws(SQLError) {
            return Opened(store: try sound(path), notice: notice)
        } catch {
            throw refusal(error, path)
        }
    }

    private static func sound(_ path: BytePath) throws(SQLError) -> CheckpointStore {
        let connection = try Connection(path: path, options: options)
        if let finding = try connection.integrityCheck(quick: true).first {
            throw SQLError(.misuse, message: finding, path: path.description)
        }
        return try CheckpointStore(connection)
    }

    /// A damaged page shows in the check's words, which are no result code.
    private static func isUnusable(_ error: SQLError) -> Bool {
        if case .misuse = error.kind { return true }
        return error.isCorrupt || error.isNotADatabase
    }

    private static func isEmptyFile(_ path: BytePath, on disk: any Disk) throws(SQLError) -> Bool {
        do throws(SystemError) {
            return try disk.status(path)?.size == 0
        } catch {
            throw SQLError(
                .sqlite(extendedCode: 14),
                message: error.description,
                path: path.description
            )
        }
    }

    /// Moves the database away with its log, which would be replayed into the fresh one.
    private static func setAside(
        _ path: BytePath,
        on disk: any Disk,
        at now: WallTime
    ) throws(OperatorError) -> BytePath {
        let aside = BytePath(path.bytes + Array(".unusable-\(now.seconds)".utf8))
        do throws(SystemError) {
            for suffix in ["", "-wal", "-shm"] {
                let old = BytePath(path.bytes + Array(suffix.utf8))
                guard try disk.status(old) != nil else { continue }
                try disk.rename(old, to: BytePath(aside.bytes + Array(suffix.utf8)))
            }
        } catch {
            throw OperatorError(
                .database,
                "the unusable checkpoints \(path) cannot be set aside",
                remedy: "move the file away by hand",
                cause: error.description
            )
        }
        return aside
    }

    private static func refusal(_ error: SQLError, _ path: BytePath) -> OperatorError {
        guard case .newerSchema(let found, let known) = error.kind else {
            return OperatorError(error)
        }
        return OperatorError(
            .database,
            "the checkpoints \(path) have schema version \(found); this agent knows up to \(known)",
            remedy: "run the newer agent, or move the file away: every file is then compared anew"
        )
    }
}
