/// Whether an invocation talks to another machine.
enum NetworkRule {
    private static let always: Set<String> = [
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
    private static let verbs: [String: Set<String>] = [
        "git": ["push", "pull", "fetch", "clone", "ls-remote", "submodule", "lfs", "request-pull"],
        "npm": [
            "install", "i", "ci", "add", "update", "upgrade", "publish", "audit", "view", "info",
            "search", "outdated", "login", "exec", "create", "init",
        ],
        "pnpm": [
            "install", "i", "add", "update", "up", "publish", "audit", "dlx", "outdated", "create",
            "fetch",
        ],
        "yarn": ["install", "add", "upgrade", "publish", "audit", "dlx", "create", ""],
        "bun": ["install", "i", "add", "update", "publish", "x", "create"],
        "deno": ["install", "add", "cache"],
        "pip": ["install", "download", "search", "index"],
        "pip3": ["install", "download", "search", "index"],
        "uv": ["pip", "add", "sync", "lock", "tool", "python", "publish"],
        "poetry": ["install", "add", "update", "lock", "publish"],
        "pipenv": ["install", "update", "lock", "sync"],
        "conda": ["install", "create", "update", "search"],
        "mamba": ["install", "create", "update"],
        "cargo": ["install", "fetch", "publish", "update", "add", "search", "login"],
        "go": ["get", "install", "mod"], "gem": ["install", "update", "push", "fetch"],
        "bundle": ["install", "update", "add"],
        "composer": ["install", "require", "update", "create-project"],
        "apt": ["install", "update", "upgrade", "full-upgrade", "dist-upgrade", "download"],
        "apt-get": ["install", "update", "upgrade", "dist-upgrade", "download", "source"],
        "yum": ["install", "update", "upgrade"], "dnf": ["install", "update", "upgrade"],
        "apk": ["add", "update", "upgrade"], "zypper": ["install", "in", "update", "refresh"],
        "brew": ["install", "update", "upgrade", "tap", "reinstall", "fetch"],
        "snap": ["install", "refresh"],
        "flatpak": ["install", "update"], "choco": ["install", "upgrade"],
        "winget": ["install", "upgrade"],
        "docker": ["pull", "push", "login", "build", "search", "buildx", "run"],
        "podman": ["pull", "push", "login", "build", "run"],
        "docker-compose": ["pull", "push", "build", "up"],
        "terraform": ["init", "apply", "plan", "destroy"],
        "swift": ["package"], "pod": ["install", "update", "repo"], "flutter": ["pub"],
        "dart": ["pub"],
        "playwright": ["install"], "rustup": ["update", "install", "toolchain", "target"],
        "nix": ["build", "run", "shell", "develop"],
        "svn": ["checkout", "co", "update", "commit"], "hg": ["pull", "push", "clone"],
        "mvn": ["deploy"],
    ]
    private static let localGit: Set<String> = ["status", "init", "foreach", "track", "ls-files"]

    static func uses(_ invocation: ShellInvocation) -> Bool {
        let name = invocation.name.lowercased()
        if always.contains(name) { return !isHelp(invocation) }
        if usesDevice(invocation) { return true }
        if name == "git" { return usesGit(invocation) }
        if name == "rsync" { return invocation.operands.contains { $0.contains(":") } }
        if name == "pacman" { return invocation.hasLetter("S") }
        if ["python", "python3"].contains(name), invocation.value(of: "-m") == "pip" {
            return invocation.has("install", "download")
        }
        if ["psql", "mysql", "mongosh", "redis-cli", "clickhouse-client"].contains(name) {
            return isRemote(invocation)
        }
        guard let verbs = verbs[name] else { return false }
        return verbs.contains(invocation.verb) && !isHelp(invocation)
    }

    private static func isHelp(_ invocation: ShellInvocation) -> Bool {
        invocation.arguments.count == 1
            && invocation.has("--version", "--help", "-V", "version", "help")
    }

    private static func usesGit(_ invocation: ShellInvocation) -> Bool {
        let words = GitRule.words(invocation)
        guard let verb = words.first else { return false }
        let next = words.count > 1 ? words[1] : ""
        if verb == "remote" { return next == "update" || next == "show" || next == "prune" }
        return verbs["git"]?.contains(verb) == true
            && !(["submodule", "lfs"].contains(verb) && localGit.contains(next))
    }

    /// bash's `/dev/tcp/host/port`.
    private static func usesDevice(_ invocation: ShellInvocation) -> Bool {
        invocation.redirections.contains {
            $0.target.text.hasPrefix("/dev/tcp/") || $0.target.text.hasPrefix("/dev/udp/")
        }
    }

    private static func isRemote(_ invocation: ShellInvocation) -> Bool {
        if let host = invocation.value(of: "-h", "--host") {
            return !["localhost", "127.0.0.1", "::1"].contains(host) && !host.hasPrefix("/")
        }
        return invocation.operands.contains {
            $0.contains("://") && !$0.contains("localhost") && !$0.contains("127.0.0.1")
        }
    }
}
