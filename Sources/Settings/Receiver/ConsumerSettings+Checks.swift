import Core

extension ConsumerSettings {
    /// The keys that only some backends have, with those that have them.
    private static let backendKeys: [(key: String, backends: Set<Backend>)] = {
        let servers: Set<Backend> = [
            .clickhouse, .questdb, .mongodb, .postgresql, .neo4j, .webhook,
        ]
        let logins: Set<Backend> = [.clickhouse, .questdb, .mongodb, .postgresql, .neo4j]
        let folders: Set<Backend> = [.jsonl, .parquet]
        return [
            ("url", servers), ("user", logins), ("password", logins), ("password_file", logins),
            ("authority", servers),
            ("database", [.clickhouse, .mongodb, .postgresql, .neo4j]),
            ("table_prefix", [.clickhouse, .questdb, .mongodb, .postgresql]),
            ("keep", [.clickhouse, .questdb]), ("directory", folders), ("by", [.jsonl]),
            ("compress", [.jsonl]), ("file_size", folders), ("command", [.exec]),
            ("secret", [.webhook]), ("secret_file", [.webhook]),
        ]
    }()

    /// Reports what does not go together in this section.
    func check(_ reader: inout ConfigurationReader) {
        let header = "consumer." + name
        guard reader.isSound(header), let backend else { return }
        for (key, backends) in ConsumerSettings.backendKeys where !backends.contains(backend) {
            guard let position = reader.origins[header + "." + key] else { continue }
            let others = backends.map(\.rawValue).sorted().joined(separator: ", ")
            reader.report(
                at: position,
                "\"\(key)\" in [\(header)] is for \(others), not for \(backend.rawValue); remove it"
            )
        }
        func need(_ key: String, _ isThere: Bool, _ what: String) {
            if isThere { return }
            reader.report(
                at: reader.origins[header],
                "the key \"\(key)\" is missing in [\(header)]; \(backend.rawValue) needs \(what)"
            )
        }
        switch backend {
        case .jsonl, .parquet: need("directory", directory != nil, "a folder")
        case .exec: need("command", !command.isEmpty, "a program")
        case .clickhouse, .questdb, .mongodb, .postgresql, .neo4j, .webhook:
            need("url", url != nil, "the address of a server")
        }
        for (key, file, value) in [
            ("password", passwordFile, password), ("secret", secretFile, secret),
        ] where file != nil && value != nil {
            reader.report(
                at: reader.origins[header + "." + key],
                "[\(header)] has \"\(key)\" and \"\(key)_file\"; remove one of them"
            )
        }
    }
}
