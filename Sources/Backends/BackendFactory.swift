import Core
import Platform
import Settings

/// Makes the backend that a consumer's section of `receiver.conf` names.
package enum BackendFactory {
    /// - Throws: what is wrong with the section beyond its syntax, such as a password file that cannot be read.
    package static func make(_ settings: ConsumerSettings) throws(OperatorError) -> any Backend {
        switch settings.backend {
        case .jsonl: return try JSONLinesBackend(settings)
        case .clickhouse, .questdb, .mongodb, .postgresql, .neo4j, .parquet, .webhook, .exec, nil:
            throw OperatorError(
                .configuration,
                "[consumer.\(settings.name)]: this build has no backend of that name",
                remedy: "Choose another backend."
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
