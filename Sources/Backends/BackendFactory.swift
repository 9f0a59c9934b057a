import Core
import Platform
import Settings

/// Makes the backend that a consumer's section of `receiver.conf` names.
package enum BackendFactory {
    /// - Throws: what is wrong with the section beyond its syntax, such as a password file that cannot be read.
    package static func make(_ settings: ConsumerSettings) throws(OperatorError) -> any Backend {
        switch settings.backend {
        case .jsonl: return try JSONLinesBackend(settings)
        case .clickhouse: return try ClickHouseBackend(settings)
        case .questdb: return try QuestBackend(settings)
        case .webhook: return try WebhookBackend(settings)
        case .exec: return ProgramBackend(settings)
        case .neo4j: return try NeoBackend(settings)
        case .parquet: return try ParquetBackend(settings)
        case .postgresql: return try PostgresBackend(settings)
        case .mongodb: return try MongoBackend(settings)
        case nil:
            throw OperatorError(
                .configuration,
                "[consumer.\(settings.name)]: \"backend\" is missing",
                remedy: "Name one, such as \"jsonl\"."
            )
        }
    }

    /// The folder that a consumer writes to, made when it is not there.
    static func folder(
        _ path: BytePath,
        of settings: ConsumerSettings
    ) throws(OperatorError) -> LinuxDisk {
        do throws(SystemError) {
            try LinuxDisk(root: "/", links: .follow).makeDirectories(path)
            return try LinuxDisk(root: path, links: .refuse)
        } catch {
            throw OperatorError(
                .fileSystem,
                "[consumer.\(settings.name)]: the folder \(path) cannot be used",
                remedy: "Make it, and give it to the receiver's user.",
                cause: error.description
            )
        }
    }

    /// The first line of a file with a password or secret.
    static func secret(_ value: String?, file: BytePath?) throws(OperatorError) -> String? {
        guard let file else { return value }
        let disk = try OperatorError.system(.configuration, "read \(file)") {
            () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow)
        }
        let bytes = try OperatorError.system(.configuration, "read \(file)") {
            () throws(SystemError) in
            try disk.contents(file)
        }
        guard let bytes else {
            throw OperatorError(
                .configuration,
                "there is no file \(file)",
                remedy: "Write the secret into it, readable for the receiver's user."
            )
        }
        return String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    }
}
