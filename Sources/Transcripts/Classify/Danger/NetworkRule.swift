/// Whether an invocation talks to another machine.
enum NetworkRule {
    static let always = [
        "curl", "wget", "ssh", "scp", "sftp", "ftp", "nc", "ncat", "netcat", "socat", "telnet",
        "ping", "ping6",
        "dig", "nslookup", "host", "whois", "traceroute", "mtr", "nmap", "http", "https", "xh",
        "httpie",
        "aria2c", "yt-dlp", "youtube-dl", "npx", "bunx", "dlx", "pipx", "uvx", "gh", "glab", "hub",
        "aws", "gcloud",
        "gsutil", "az", "kubectl", "helm", "heroku", "fly", "flyctl", "vercel", "netlify",
        "firebase", "wrangler",
        "doctl", "rclone", "s3cmd", "ansible", "ansible-playbook", "iwr", "irm",
        "invoke-webrequest",
        "invoke-restmethod", "mosh", "rsh", "autossh", "sshfs", "grpcurl", "websocat", "wscat",
        "supabase",
        "railway", "eas", "ngrok", "cloudflared", "tailscale", "lynx", "w3m", "links",
        "huggingface-cli", "hf",
        "kaggle", "twine", "ssh-copy-id", "ssh-keyscan", "sshpass",
    ]
    private static let verbs: [(String, [String])] = [
        (
            "git",
            ["push", "pull", "fetch", "clone", "ls-remote", "submodule", "lfs", "request-pull"]
        ),
        (
            "npm",
            [
                "install", "i", "ci", "add", "update", "upgrade", "publish", "audit", "view",
                "info",
                "search", "outdated", "login", "exec", "create", "init",
            ]
        ),
        (
            "pnpm",
            [
                "install", "i", "add", "update", "up", "publish", "audit", "dlx", "outdated",
                "create",
                "fetch",
            ]
        ),
        ("yarn", ["install", "add", "upgrade", "publish", "audit", "dlx", "create", ""]),
        ("bun", ["install", "i", "add", "update", "publish", "x", "create"]),
        ("deno", ["install", "add", "cache"]),
        ("pip", ["install", "download", "search", "index"]),
        ("pip3", ["install", "download", "search", "index"]),
        ("uv", ["pip", "add", "sync", "lock", "tool", "python", "publish"]),
        ("poetry", ["install", "add", "update", "lock", "publish"]),
        ("pipenv", ["install", "update", "lock", "sync"]),
        ("conda", ["install", "create", "update", "search"]),
        ("mamba", ["install", "create", "update"]),
        ("cargo", ["install", "fetch", "publish", "update", "add", "search", "login"]),
        ("go", ["get", "install", "mod"]), ("gem", ["install", "update", "push", "fetch"]),
        ("bundle", ["install", "update", "add"]),
        ("composer", ["install", "require", "update", "create-project"]),
        ("apt", ["install", "update", "upgrade", "full-upgrade", "dist-upgrade", "download"]),
        ("apt-get", ["install", "update", "upgrade", "dist-upgrade", "download", "source"]),
        ("yum", ["install", "update", "upgrade"]), ("dnf", ["install", "update", "upgrade"]),
        ("apk", ["add", "update", "upgrade"]), ("zypper", ["install", "in", "update", "refresh"]),
        ("brew", ["install", "update", "upgrade", "tap", "reinstall", "fetch"]),
        ("snap", ["install", "refresh"]),
        ("flatpak", ["install", "update"]), ("choco", ["install", "upgrade"]),
        ("winget", ["install", "upgrade"]),
        ("docker", ["pull", "push", "login", "build", "search", "buildx", "run"]),
        ("podman", ["pull", "push", "login", "build", "run"]),
        ("docker-compose", ["pull", "push", "build", "up"]),
        ("terraform", ["init", "apply", "plan", "destroy"]),
        ("swift", ["package"]), ("pod", ["install", "update", "repo"]), ("flutter", ["pub"]),
        ("dart", ["pub"]),
        ("playwright", ["install"]), ("rustup", ["update", "install", "toolchain", "target"]),
        ("nix", ["build", "run", "shell", "develop"]),
        ("svn", ["checkout", "co", "update", "commit"]), ("hg", ["pull", "push", "clone"]),
        ("mvn", ["deploy"]),
    ]
    private static let wordsOf = ByteTable<WordSet>(verbs.map { ($0.0, WordSet($0.1)) })
    private static let others = [
        "rsync", "pacman", "python", "python3", "psql", "mysql", "mongosh", "redis-cli",
        "clickhouse-client",
    ]
    /// Programs that do with some of their words.
    static let sometimes = verbs.map(\.0) + others
    private static let localGit = WordSet(["status", "init", "foreach", "track", "ls-files"])

    static func uses(_ context: DangerContext) -> Bool {
        if context.traits.contains(.usesNetwork) { return !isHelp(context.invocation) }
        if context.command.redirections.contains(where: usesDevice) { return true }
        return context.traits.contains(.mayUseNetwork) && usesByWords(context)
    }

    private static func usesByWords(_ context: DangerContext) -> Bool {
        let invocation = context.invocation
        let name = context.lowercasedName
        switch name {
        case "git": return usesGit(invocation)
        case "rsync":
            return invocation.arguments.contains {
                $0.isOperand && $0.text.contains(UInt8(ascii: ":"))
            }
        case "pacman": return invocation.hasLetter(ByteSet("S"))
        case "python", "python3":
            guard let module = invocation.value(of: ["-m"]), module == "pip" else { return false }
            return invocation.has("install") || invocation.has("download")
        case "psql", "mysql", "mongosh", "redis-cli", "clickhouse-client":
            return isRemote(invocation)
        default:
            return wordsOf[name]?.contains(invocation.verb) == true && !isHelp(invocation)
        }
    }

    private static let helps = WordSet(["--version", "--help", "-V", "version", "help"])

    private static func isHelp(_ invocation: ShellInvocation) -> Bool {
        invocation.arguments.count == 1 && invocation.has(helps)
    }

    private static func usesGit(_ invocation: ShellInvocation) -> Bool {
        let words = GitRule.words(invocation)
        guard let verb = words.first?.text else { return false }
        let next = words.dropFirst().first?.text ?? verb.upTo(0)
        if verb == "remote" { return next == "update" || next == "show" || next == "prune" }
        let isLocal = (verb == "submodule" || verb == "lfs") && localGit.contains(next)
        return git.contains(verb) && !isLocal
    }

    private static let git = WordSet(verbs.first { $0.0 == "git" }?.1 ?? [])

    /// bash's `/dev/tcp/host/port`.
    private static func usesDevice(_ redirection: ShellRedirection) -> Bool {
        redirection.target.text.begins("/dev/tcp/") || redirection.target.text.begins("/dev/udp/")
    }

    private static let local = WordSet(["localhost", "127.0.0.1", "::1"])

    private static func isRemote(_ invocation: ShellInvocation) -> Bool {
        if let host = invocation.value(of: ["-h", "--host"]) {
            return !local.contains(host) && !host.begins("/")
        }
        return invocation.arguments.contains {
            $0.isOperand && $0.text.has("://") && !$0.text.has("localhost")
                && !$0.text.has("127.0.0.1")
        }
    }
}
