/// A path whose file holds secrets (formula 25).
package struct SensitivePath: Sendable, Hashable {
    /// Which kind of file it is ("environment_file", "ssh_key" …).
    package var rule: String
    package var severity: Finding.Severity

    /// Nil for a path that is not known to hold any.
    package init?(_ path: String) {
        // Most words of commands are no paths at all.
        let isShort = path.utf8.count < 8
        guard !isShort || path.utf8.contains(where: ByteSet("./\\_").contains) else { return nil }
        let path = path.lowercased()
        let parts = path.split { $0 == "/" || $0 == "\\" }
        guard let name = parts.last, let found = SensitivePath.match(name, parts) else {
            return nil
        }
        (rule, severity) = found
    }

    private typealias Match = (rule: String, severity: Finding.Severity)

    private static let names: [String: Match] = [
        ".npmrc": ("registry_credentials", .high), ".pypirc": ("registry_credentials", .high),
        ".netrc": ("credentials_file", .high), "_netrc": ("credentials_file", .high),
        ".pgpass": ("credentials_file", .high), "pgpass.conf": ("credentials_file", .high),
        ".my.cnf": ("credentials_file", .high), ".git-credentials": ("credentials_file", .critical),
        ".htpasswd": ("credentials_file", .medium), ".s3cfg": ("credentials_file", .high),
        ".boto": ("credentials_file", .high), ".dockercfg": ("registry_credentials", .high),
        ".vault-token": ("credentials_file", .critical),
        ".terraformrc": ("credentials_file", .high),
        ".envrc": ("environment_file", .high), ".dockerconfigjson": ("registry_credentials", .high),
        "kubeconfig": ("kubernetes_config", .high), "wallet.dat": ("password_store", .critical),
        "logins.json": ("password_store", .high), "key4.db": ("password_store", .high),
        "login data": ("password_store", .critical),
        "terraform.tfstate": ("infrastructure_state", .high),
        ".bash_history": ("shell_history", .medium), ".zsh_history": ("shell_history", .medium),
        ".psql_history": ("shell_history", .medium), ".mysql_history": ("shell_history", .medium),
        "master.key": ("key_file", .critical), "authorized_keys": ("ssh_file", .high),
        "service-account.json": ("credentials_file", .critical),
        "service_account.json": ("credentials_file", .critical),
    ]
    private static let folders: [String: Match] = [
        ".ssh": ("ssh_file", .high), ".aws": ("cloud_credentials", .high),
        ".gnupg": ("gnupg_file", .critical), ".kube": ("kubernetes_config", .high),
        ".azure": ("cloud_credentials", .high), ".password-store": ("password_store", .critical),
        ".oci": ("cloud_credentials", .high), "keyrings": ("password_store", .high),
        "keychains": ("password_store", .critical),
    ]
    private static let endings: [String: Match] = [
        "pem": ("key_file", .high), "key": ("key_file", .high), "p12": ("key_file", .high),
        "pfx": ("key_file", .high), "jks": ("key_file", .high), "keystore": ("key_file", .high),
        "ppk": ("key_file", .critical), "p8": ("key_file", .high),
        "kdbx": ("password_store", .critical),
        "kdb": ("password_store", .critical), "keychain": ("password_store", .critical),
        "keychain-db": ("password_store", .critical), "agekey": ("key_file", .critical),
        "tfvars": ("infrastructure_state", .medium), "env": ("environment_file", .high),
        "ovpn": ("key_file", .high), "keytab": ("key_file", .critical),
    ]
    /// Endings of files that only show what another looks like.
    private static let templates: Set<String> = [
        "example", "examples", "sample", "template", "tmpl", "dist", "defaults", "default", "md",
        "schema",
    ]
    /// Endings of programs, which hold no values.
    private static let programs: Set<String> = [
        "ts", "tsx", "js", "jsx", "py", "go", "rs", "swift", "java", "kt", "rb", "php", "cs", "cpp",
        "c", "h", "vue", "svelte", "html", "css", "md", "mdx", "rst",
    ]

    private static func match(_ name: Substring, _ parts: [Substring]) -> Match? {
        let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
        let ending = pieces.count > 1 ? String(pieces[pieces.count - 1]) : ""
        let isTemplate = pieces.dropFirst().contains { templates.contains(String($0)) }
        if let found = key(name, ending) ?? system(parts) { return found }
        if name == ".env" || name.hasPrefix(".env.") || name.hasPrefix(".env-") {
            return isTemplate ? nil : ("environment_file", .high)
        }
        if let found = names[String(name)] { return found }
        if let found = folder(name, parts) { return found }
        if isTemplate || programs.contains(ending) { return nil }
        if let found = endings[ending], pieces[0] != "" || pieces.count > 2 { return found }
        return named(name)
    }

    /// `id_rsa`, `id_ed25519_work` …, but their public halves.
    private static func key(_ name: Substring, _ ending: String) -> Match? {
        guard name.hasPrefix("id_"), ending != "pub" else { return nil }
        let kinds = ["rsa", "dsa", "ecdsa", "ed25519", "xmss"]
        return kinds.contains { name.dropFirst(3).hasPrefix($0) } ? ("ssh_key", .critical) : nil
    }

    private static func system(_ parts: [Substring]) -> Match? {
        guard parts.first == "etc", parts.count > 1 else { return nil }
        switch parts[1] {
        case "shadow", "gshadow", "shadow-": return ("system_passwords", .critical)
        case "sudoers", "sudoers.d": return ("system_passwords", .high)
        case "passwd": return parts.count == 2 ? ("system_passwords", .medium) : nil
        default: return nil
        }
    }

    private static func folder(_ name: Substring, _ parts: [Substring]) -> Match? {
        for (index, part) in parts.dropLast().enumerated() {
            if part == ".config", index + 1 < parts.count - 1,
                parts[index + 1] == "gcloud" || parts[index + 1] == "gh"
            {
                return ("cloud_credentials", .high)
            }
            guard var found = folders[String(part)] else { continue }
            let isPublic = name.hasSuffix(".pub") || name == "known_hosts" || name == "config"
            if part == ".ssh", isPublic { found.severity = .medium }
            if part == ".aws", name == "credentials" { found.severity = .critical }
            return found
        }
        let before = parts.count > 1 ? parts[parts.count - 2] : ""
        if before == ".docker", name == "config.json" { return ("registry_credentials", .high) }
        if before == ".codex" || before == "opencode", name == "auth.json" {
            return ("cloud_credentials", .critical)
        }
        if before == ".gemini", name == "oauth_creds.json" {
            return ("cloud_credentials", .critical)
        }
        return nil
    }

    /// Names that begin as files of credentials do; the folders themselves count too.
    private static func named(_ name: Substring) -> Match? {
        if name.hasPrefix("credentials") || name.hasPrefix(".credentials") {
            return ("credentials_file", .high)
        }
        if name.hasPrefix("client_secret") { return ("credentials_file", .high) }
        if ["secrets.", "secret."].contains(where: { name.hasPrefix($0) }) {
            return ("credentials_file", .medium)
        }
        if let found = folders[String(name)], name.hasPrefix(".") { return found }
        return nil
    }
}
