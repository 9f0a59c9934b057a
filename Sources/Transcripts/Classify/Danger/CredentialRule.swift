/// Secrets that are read from where they lie, or sent away.
enum CredentialRule {
    static let readers = [
        "cat", "less", "more", "head", "tail", "bat", "cp", "scp", "rsync", "base64", "xxd",
        "hexdump", "od", "strings", "grep", "rg", "egrep", "awk", "sed", "cut", "sort", "source",
        ".", "nl", "tac", "jq", "yq", "tar", "zip", "gzip", "vim", "vi", "nano", "code", "open",
        "dd", "tee", "type", "get-content", "ln", "mv", "paste", "diff",
    ]
    static let senders = [
        "curl", "wget", "nc", "ncat", "netcat", "socat", "scp", "rsync", "ftp", "sftp", "http",
        "https", "xh", "aws", "gsutil", "gh", "rclone", "mail", "sendmail", "telnet",
        "invoke-webrequest", "iwr",
    ]
    private static let searches = WordSet(["grep", "rg", "egrep", "awk", "sed", "jq", "yq"])

    static func danger(_ context: DangerContext) -> Danger? {
        if context.traits.contains(.sends), sends(context) {
            return context.danger("credential_upload", .critical)
        }
        if context.traits.contains(.handsOutSecrets), isAsked(context) {
            return context.danger("credential_read", .medium)
        }
        guard context.traits.contains(.reads) else { return nil }
        var gravest: Finding.Severity?
        func judge(_ path: TextBytes) {
            guard let found = context.resolved(path).sensitive(context.arena) else { return }
            gravest = min(gravest ?? found.severity, found.severity)
        }
        var skipsOperand = searches.contains(context.name)
        for word in context.invocation.arguments where word.isOperand {
            if !skipsOperand { judge(word.text) }
            skipsOperand = false
        }
        for redirection in context.command.redirections where redirection.sign == .input {
            judge(redirection.target.text)
        }
        return gravest.map { context.danger("credential_read", $0) }
    }

    // MARK: Sent

    private static let web = WordSet([
        "curl", "wget", "http", "https", "xh", "iwr", "invoke-webrequest",
    ])
    private static let copying = WordSet([
        "scp", "rsync", "aws", "gsutil", "rclone", "ftp", "sftp",
    ])
    private static let uploading: [StaticString] = [
        "-T", "--upload-file", "--post-file", "--body-file", "-InFile",
    ]

    /// A sensitive file among the words of what sends, or before it in its pipeline.
    private static func sends(_ context: DangerContext) -> Bool {
        let invocation = context.invocation
        let isInput = context.command.redirections.contains {
            $0.sign == .input && context.isSensitive($0.target.text)
        }
        if isInput { return true }
        if web.contains(ignoringCase: context.name) {
            let isNamed = invocation.arguments.contains {
                $0.text.contains(UInt8(ascii: "@"))
                    && context.isSensitive(DangerContext.file($0.text))
            }
            let file = invocation.value(of: uploading)
            if isNamed || file.map(context.isSensitive) == true { return true }
        } else if copying.contains(context.name) {
            let isCopied = context.operands.dropLast().contains {
                !$0.contains(UInt8(ascii: ":")) && context.isSensitive($0)
            }
            if isCopied { return true }
        }
        return context.program.sources(invocation).contains(.feeds)
            && context.program.isFedSensitive(invocation)
    }

    // MARK: Asked for

    /// Programs that hand out a secret when asked.
    static let holders = [
        "security", "gpg", "gpg2", "gh", "gcloud", "aws", "az", "kubectl", "oc", "vault", "op",
        "pass", "heroku",
    ]
    private static let secretKeys = WordSet([
        "--export-secret-keys", "--export-secret-subkeys",
    ])

    private static func isAsked(_ context: DangerContext) -> Bool {
        let invocation = context.invocation
        let first = context.verb
        func begins(_ one: StaticString, _ two: StaticString) -> Bool {
            first == one && invocation.operand(1) == two
        }
        func has(_ word: StaticString) -> Bool {
            invocation.arguments.contains { $0.isOperand && $0.text == word }
        }
        switch context.name {
        case "security": return first.begins("find-") || first == "dump-keychain"
        case "gpg", "gpg2": return invocation.has(secretKeys)
        case "gh": return begins("auth", "token")
        case "gcloud": return has("print-access-token") || has("print-identity-token")
        case "aws":
            return has("get-secret-value") || has("get-session-token")
                || begins("configure", "get")
        case "az": return has("get-access-token") || begins("keyvault", "secret")
        case "kubectl", "oc": return first == "get" && isSecretShown(invocation)
        case "vault": return first == "read" || begins("kv", "get")
        case "op": return first == "read" || begins("item", "get")
        case "pass": return first == "show" || first == "ls" && invocation.operands.count > 1
        case "heroku": return first == "config" || first == "config:get"
        default: return false
        }
    }

    private static func isSecretShown(_ invocation: ShellInvocation) -> Bool {
        let isSecret = invocation.arguments.contains { word in
            word.text == "secret" || word.text == "secrets" || word.text.begins("secret/")
        }
        return isSecret
            && invocation.arguments.contains {
                $0.text.begins("-o") || $0.text.begins("--output")
            }
    }
}
