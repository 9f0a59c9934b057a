/// Secrets that are read from where they lie, or sent away.
enum CredentialRule {
    private static let readers: Set<String> = [
        "cat", "less", "more", "head", "tail", "bat", "cp", "scp", "rsync", "base64", "xxd",
        "hexdump", "od",
        "strings", "grep", "rg", "egrep", "awk", "sed", "cut", "sort", "source", ".", "nl", "tac",
        "jq", "yq",
        "tar", "zip", "gzip", "vim", "vi", "nano", "code", "open", "dd", "tee", "type",
        "get-content",
        "ln", "mv", "paste", "diff",
    ]
    private static let senders: Set<String> = [
        "curl", "wget", "nc", "ncat", "netcat", "socat", "scp", "rsync", "ftp", "sftp", "http",
        "https", "xh",
        "aws", "gsutil", "gh", "rclone", "mail", "sendmail", "telnet", "invoke-webrequest", "iwr",
    ]

    static func dangers(_ context: DangerContext) -> [Danger] {
        if let sent = sent(context) { return sent }
        if let asked = asked(context) { return asked }
        guard readers.contains(context.name.lowercased()) else { return [] }
        let isSearch = ["grep", "rg", "egrep", "awk", "sed", "jq", "yq"].contains(context.name)
        let operands = isSearch ? Array(context.operands.dropFirst()) : context.operands
        let inputs = context.invocation.redirections.filter { $0.sign == "<" }.map(\.target.text)
        let severities = (operands + inputs).compactMap {
            SensitivePath(context.resolved($0))?.severity
        }
        guard let gravest = severities.min() else { return [] }
        return context.danger("credential_read", gravest)
    }

    /// A sensitive file among the words of what sends, or before it in its pipeline.
    private static func sent(_ context: DangerContext) -> [Danger]? {
        guard senders.contains(context.name.lowercased()) else { return nil }
        let invocation = context.invocation
        var files = invocation.redirections.filter { $0.sign == "<" }.map(\.target.text)
        if ["curl", "wget", "http", "https", "xh", "iwr", "invoke-webrequest"].contains(
            context.name.lowercased()
        ) {
            files += invocation.arguments.map(\.text).filter { $0.contains("@") }.map(
                DangerContext.file
            )
            files += [
                invocation.value(of: "-T", "--upload-file", "--post-file", "--body-file", "-InFile")
            ].compactMap { $0 }
        } else if ["scp", "rsync", "aws", "gsutil", "rclone", "ftp", "sftp"].contains(context.name)
        {
            files += context.operands.dropLast().filter { !$0.contains(":") }
        }
        let sensitive = files.contains { SensitivePath(context.resolved($0)) != nil }
        let isPiped =
            invocation.sources.contains { readers.contains($0) }
            && context.program.invocations.contains { other in
                other.range.upperBound <= invocation.range.lowerBound
                    && invocation.sources.contains(other.name)
                    && other.operands.contains { SensitivePath($0) != nil }
            }
        return sensitive || isPiped ? context.danger("credential_upload", .critical) : nil
    }

    /// Programs that hand out a secret when asked.
    private static func asked(_ context: DangerContext) -> [Danger]? {
        let words = context.operands
        let two = words.prefix(2).joined(separator: " ")
        let isAsked: Bool
        switch context.name {
        case "security":
            isAsked = words.first?.hasPrefix("find-") == true || words.first == "dump-keychain"
        case "gpg", "gpg2":
            isAsked = context.invocation.has("--export-secret-keys", "--export-secret-subkeys")
        case "gh": isAsked = two == "auth token"
        case "gcloud":
            isAsked = words.contains("print-access-token") || words.contains("print-identity-token")
        case "aws":
            isAsked =
                words.contains("get-secret-value") || words.contains("get-session-token")
                || two == "configure get"
        case "az": isAsked = words.contains("get-access-token") || two == "keyvault secret"
        case "kubectl", "oc":
            isAsked =
                words.first == "get"
                && words.contains { $0 == "secret" || $0 == "secrets" || $0.hasPrefix("secret/") }
                && context.invocation.arguments.contains {
                    $0.text.hasPrefix("-o") || $0.text.hasPrefix("--output")
                }
        case "vault": isAsked = words.first == "read" || two == "kv get"
        case "op": isAsked = words.first == "read" || two == "item get"
        case "pass": isAsked = words.first == "show" || words.first == "ls" && words.count > 1
        case "heroku": isAsked = words.first == "config" || words.first == "config:get"
        default: return nil
        }
        return isAsked ? context.danger("credential_read", .medium) : nil
    }
}
