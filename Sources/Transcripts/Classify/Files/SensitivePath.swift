/// A path whose file holds secrets (formula 25).
package struct SensitivePath: Sendable, Hashable {
    /// Which kind of file it is ("environment_file", "ssh_key" …).
    package var rule: String
    package var severity: Finding.Severity

    /// Nil for a path that is not known to hold any.
    package init?(_ path: String) {
        var path = path
        let found = path.withUTF8 { SensitivePath($0) }
        guard let found else { return nil }
        self = found
    }

    /// What a path has that is more than a word.
    static let signs = ByteSet("./\\_")

    init?(_ path: TextBytes) {
        // Most words of commands are no paths at all.
        guard path.count >= 8 || path.contains(where: SensitivePath.signs.contains) else {
            return nil
        }
        var parts = PathParts()
        parts.add(path)
        self.init(parts)
    }

    init?(_ parts: PathParts) {
        guard parts.count > 0, let found = SensitivePath.match(parts) else { return nil }
        (rule, severity) = found
    }

    private typealias Match = (rule: String, severity: Finding.Severity)

    private static let names = ByteTable<Match>([
        (".npmrc", ("registry_credentials", .high)), (".pypirc", ("registry_credentials", .high)),
        (".netrc", ("credentials_file", .high)), ("_netrc", ("credentials_file", .high)),
        (".pgpass", ("credentials_file", .high)), ("pgpass.conf", ("credentials_file", .high)),
        (".my.cnf", ("credentials_file", .high)),
        (".git-credentials", ("credentials_file", .critical)),
        (".htpasswd", ("credentials_file", .medium)), (".s3cfg", ("credentials_file", .high)),
        (".boto", ("credentials_file", .high)), (".dockercfg", ("registry_credentials", .high)),
        (".vault-token", ("credentials_file", .critical)),
        (".terraformrc", ("credentials_file", .high)),
        (".envrc", ("environment_file", .high)),
        (".dockerconfigjson", ("registry_credentials", .high)),
        ("kubeconfig", ("kubernetes_config", .high)), ("wallet.dat", ("password_store", .critical)),
        ("logins.json", ("password_store", .high)), ("key4.db", ("password_store", .high)),
        ("login data", ("password_store", .critical)),
        ("terraform.tfstate", ("infrastructure_state", .high)),
        (".bash_history", ("shell_history", .medium)), (".zsh_history", ("shell_history", .medium)),
        (".psql_history", ("shell_history", .medium)),
        (".mysql_history", ("shell_history", .medium)),
        ("master.key", ("key_file", .critical)), ("authorized_keys", ("ssh_file", .high)),
        ("service-account.json", ("credentials_file", .critical)),
        ("service_account.json", ("credentials_file", .critical)),
    ])
    private static let endings = ByteTable<Match>([
        ("pem", ("key_file", .high)), ("key", ("key_file", .high)), ("p12", ("key_file", .high)),
        ("pfx", ("key_file", .high)), ("jks", ("key_file", .high)),
        ("keystore", ("key_file", .high)),
        ("ppk", ("key_file", .critical)), ("p8", ("key_file", .high)),
        ("kdbx", ("password_store", .critical)),
        ("kdb", ("password_store", .critical)), ("keychain", ("password_store", .critical)),
        ("keychain-db", ("password_store", .critical)), ("agekey", ("key_file", .critical)),
        ("tfvars", ("infrastructure_state", .medium)), ("env", ("environment_file", .high)),
        ("ovpn", ("key_file", .high)), ("keytab", ("key_file", .critical)),
    ])
    /// Endings of files that only show what another looks like.
    private static let templates = WordSet([
        "example", "examples", "sample", "template", "tmpl", "dist", "defaults", "default", "md",
        "schema",
    ])
    /// Endings of programs, which hold no values.
    private static let programs = WordSet([
        "ts", "tsx", "js", "jsx", "py", "go", "rs", "swift", "java", "kt", "rb", "php", "cs", "cpp",
        "c", "h", "vue", "svelte", "html", "css", "md", "mdx", "rst",
    ])

    private static func match(_ parts: PathParts) -> Match? {
        let name = parts.name
        let pieces = NamePieces(name)
        if let found = key(name, pieces.ending) ?? system(parts) { return found }
        if isEnvironment(name) {
            return pieces.hasOne(of: templates) ? nil : ("environment_file", .high)
        }
        if let found = names.value(ignoringCase: name) ?? folder(parts) { return found }
        guard let ending = pieces.ending else { return named(parts) }
        if pieces.hasOne(of: templates) || programs.contains(ignoringCase: ending) { return nil }
        if let found = endings.value(ignoringCase: ending), pieces.first > 0 || pieces.isMany {
            return found
        }
        return named(parts)
    }

    /// `.env`, `.env.local`, `.env-prod`.
    private static func isEnvironment(_ name: TextBytes) -> Bool {
        guard name.hasIgnoringCase(".env", at: 0) else { return false }
        return name.count == 4 || name[4] == UInt8(ascii: ".") || name[4] == UInt8(ascii: "-")
    }

    private static let keys: [StaticString] = ["rsa", "dsa", "ecdsa", "ed25519", "xmss"]

    /// `id_rsa`, `id_ed25519_work` …, but their public halves.
    private static func key(_ name: TextBytes, _ ending: TextBytes?) -> Match? {
        guard name.hasIgnoringCase("id_", at: 0),
            ending.map({ $0.count == 3 && $0.hasIgnoringCase("pub", at: 0) }) != true
        else { return nil }
        return keys.contains { name.hasIgnoringCase($0, at: 3) } ? ("ssh_key", .critical) : nil
    }

    private static func system(_ parts: PathParts) -> Match? {
        guard parts.first == .etc, parts.count > 1 else { return nil }
        switch parts.second {
        case .shadow: return ("system_passwords", .critical)
        case .sudoers: return ("system_passwords", .high)
        case .passwd: return parts.count == 2 ? ("system_passwords", .medium) : nil
        default: return nil
        }
    }

    /// What a folder tells of everything in it.
    private static func folder(_ mark: PathMark) -> Match? {
        switch mark {
        case .ssh: ("ssh_file", .high)
        case .aws, .azure, .oci, .config: ("cloud_credentials", .high)
        case .gnupg: ("gnupg_file", .critical)
        case .kube: ("kubernetes_config", .high)
        case .passwordStore, .keychains: ("password_store", .critical)
        case .keyrings: ("password_store", .high)
        default: nil
        }
    }

    private static func folder(_ parts: PathParts) -> Match? {
        let name = parts.name
        if var found = folder(parts.folder) {
            switch parts.folder {
            case .ssh where isPublic(name): found.severity = .medium
            case .aws where isSame(name, "credentials"): found.severity = .critical
            default: break
            }
            return found
        }
        switch parts.before {
        case .docker where isSame(name, "config.json"): return ("registry_credentials", .high)
        case .codex where isSame(name, "auth.json"): return ("cloud_credentials", .critical)
        case .gemini where isSame(name, "oauth_creds.json"):
            return ("cloud_credentials", .critical)
        default: return nil
        }
    }

    private static func isSame(_ name: TextBytes, _ text: StaticString) -> Bool {
        name.count == text.utf8CodeUnitCount && name.hasIgnoringCase(text, at: 0)
    }

    private static func isPublic(_ name: TextBytes) -> Bool {
        name.hasIgnoringCase(".pub", at: name.count - 4) || isSame(name, "known_hosts")
            || isSame(name, "config")
    }

    private static let beginnings: [StaticString] = [
        "credentials", ".credentials", "client_secret",
    ]

    /// Names that begin as files of credentials do; the folders themselves count too.
    private static func named(_ parts: PathParts) -> Match? {
        let name = parts.name
        if beginnings.contains(where: { name.hasIgnoringCase($0, at: 0) }) {
            return ("credentials_file", .high)
        }
        if name.hasIgnoringCase("secrets.", at: 0) || name.hasIgnoringCase("secret.", at: 0) {
            return ("credentials_file", .medium)
        }
        return name.begins(UInt8(ascii: ".")) && parts.last != .config ? folder(parts.last) : nil
    }
}

/// The pieces of a name between its dots.
private struct NamePieces {
    private let name: TextBytes
    /// Bytes before the first dot.
    let first: Int
    /// What stands behind the last dot; nil without one.
    let ending: TextBytes?
    /// Whether there is more than one dot.
    let isMany: Bool

    init(_ name: TextBytes) {
        self.name = name
        let dot = UInt8(ascii: ".")
        let last = name.lastIndex(of: dot)
        first = name.firstIndex(of: dot) ?? name.count
        ending = last.map { name.from($0 + 1) }
        isMany = (last ?? 0) > first
    }

    /// Whether a piece behind the first dot is one of a set.
    func hasOne(of words: WordSet) -> Bool {
        guard ending != nil else { return false }
        var found = false
        name.from(first).forEachPart(between: .dot) { piece in
            found = words.contains(ignoringCase: piece)
            return !found
        }
        return found
    }
}
