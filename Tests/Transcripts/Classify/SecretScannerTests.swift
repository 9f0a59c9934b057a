import TestSupport
import Testing
import Transcripts

/// A text and the rule that finds a secret in it.
struct SecretCase: Sendable, CustomTestStringConvertible {
    var rule: String
    var secret: String
    var before = "key = "
    var after = " # end"

    init(_ rule: String, _ secret: String, before: String = "see ", after: String = " there") {
        self.rule = rule
        self.secret = secret
        self.before = before
        self.after = after
    }

    var testDescription: String { rule + " " + before }
}

@Suite("Secrets are found by their formats") struct SecretScannerTests {
    private static let scanner = SecretScanner()

    private static let pem =
        "-----BEGIN RSA PRIVATE KEY-----\n" + MadeUp.text(64) + "\n" + MadeUp.text(64, seed: 9)
        + "\n-----END RSA PRIVATE KEY-----"
    private static let token =
        "eyJ" + MadeUp.text(20) + ".eyJ" + MadeUp.text(40) + "." + MadeUp.text(43, seed: 3)

    static let cases: [SecretCase] = [
        SecretCase("aws_access_key", "AKIA" + MadeUp.text(16, of: MadeUp.base32)),
        SecretCase("aws_access_key", "ASIA" + MadeUp.text(16, of: MadeUp.base32)),
        SecretCase(
            "aws_secret_access_key",
            MadeUp.text(40),
            before: "AWS_SECRET_ACCESS_KEY=",
            after: "\n"
        ),
        SecretCase(
            "aws_secret_access_key",
            MadeUp.text(40),
            before: "\"SecretAccessKey\": \"",
            after: "\""
        ),
        SecretCase("github_token", "ghp_" + MadeUp.text(36)),
        SecretCase("github_token", "gho_" + MadeUp.text(36)),
        SecretCase(
            "github_token",
            "ghs_" + MadeUp.text(36),
            before: "x-access-token:",
            after: "@github"
        ),
        SecretCase(
            "github_fine_grained_token",
            "github_pat_" + MadeUp.text(22) + "_" + MadeUp.text(59)
        ),
        SecretCase("gitlab_token", "glpat-" + MadeUp.text(20)),
        SecretCase(
            "slack_token",
            "xoxb-" + MadeUp.digits(12) + "-" + MadeUp.digits(12) + "-" + MadeUp.text(24)
        ),
        SecretCase("slack_token", "xapp-1-" + MadeUp.text(40)),
        SecretCase(
            "slack_webhook",
            "hooks.slack.com/services/T" + MadeUp.text(8, of: MadeUp.upper) + "/B"
                + MadeUp.text(8, of: MadeUp.upper) + "/" + MadeUp.text(24),
            before: "https://"
        ),
        SecretCase("stripe_key", "sk_live_" + MadeUp.text(24)),
        SecretCase("stripe_test_key", "sk_test_" + MadeUp.text(24)),
        SecretCase("openai_key", "sk-" + MadeUp.text(48)),
        SecretCase("openai_key", "sk-proj-" + MadeUp.text(80)),
        SecretCase("anthropic_key", "sk-ant-api03-" + MadeUp.text(90) + "-AA"),
        SecretCase("openrouter_key", "sk-or-v1-" + MadeUp.hex(64)),
        SecretCase("gcp_api_key", "AIza" + MadeUp.text(35)),
        SecretCase("gcp_oauth_token", "ya29." + MadeUp.text(80)),
        SecretCase("gcp_oauth_secret", "GOCSPX-" + MadeUp.text(28)),
        SecretCase("npm_token", "npm_" + MadeUp.text(36)),
        SecretCase("pypi_token", "pypi-AgEIcHlwaS5vcmc" + MadeUp.text(80)),
        SecretCase("sendgrid_key", "SG." + MadeUp.text(22) + "." + MadeUp.text(43, seed: 5)),
        SecretCase("twilio_key", "SK" + MadeUp.hex(32)),
        SecretCase("telegram_bot_token", MadeUp.digits(10) + ":AA" + MadeUp.text(33)),
        SecretCase(
            "discord_bot_token",
            "MTAx" + MadeUp.text(22) + "." + MadeUp.text(6) + "." + MadeUp.text(38)
        ),
        SecretCase(
            "discord_webhook",
            "discord.com/api/webhooks/" + MadeUp.digits(18) + "/" + MadeUp.text(68),
            before: "https://"
        ),
        SecretCase("huggingface_token", "hf_" + MadeUp.text(34)),
        SecretCase("digitalocean_token", "dop_v1_" + MadeUp.hex(64)),
        SecretCase(
            "azure_storage_key",
            "AccountKey=" + MadeUp.text(86) + "==",
            before: "AccountName=a;",
            after: ";End"
        ),
        SecretCase("azure_client_secret", "abC8Q~" + MadeUp.text(34)),
        SecretCase("age_key", "AGE-SECRET-KEY-1" + MadeUp.text(58, of: MadeUp.upper)),
        SecretCase("groq_key", "gsk_" + MadeUp.text(52)),
        SecretCase("linear_key", "lin_api_" + MadeUp.text(40)),
        SecretCase("shopify_token", "shpat_" + MadeUp.hex(32)),
        SecretCase("vault_token", "hvs." + MadeUp.text(90)),
        SecretCase("mailgun_key", "key-" + MadeUp.hex(32)),
        SecretCase("databricks_token", "dapi" + MadeUp.hex(32)),
        SecretCase("private_key", pem),
        SecretCase("private_key", pem.split(separator: "\n").joined(separator: "\\n")),
        SecretCase(
            "gcp_service_account_key",
            pem.split(separator: "\n").joined(separator: "\\n"),
            before: "\"private_key\": \"",
            after: "\\n\""
        ),
        SecretCase(
            "database_url",
            "s3cr3tQ9zLmPw",
            before: "postgres://app:",
            after: "@db.internal:5432/x"
        ),
        SecretCase(
            "database_url",
            "s3cr3tQ9zLmPw",
            before: "mongodb+srv://app:",
            after: "@c0.mongodb.net"
        ),
        SecretCase(
            "database_url",
            "s3cr3tQ9zLmPw",
            before: "postgresql+psycopg2://app:",
            after: "@db/x"
        ),
        SecretCase("database_url", "s3cr3tQ9zLmPw", before: "redis://:", after: "@cache:6379"),
        SecretCase(
            "basic_auth_url",
            "hunter2kQz",
            before: "https://deploy:",
            after: "@git.corp.io/x.git"
        ),
        SecretCase("json_web_token", token),
        SecretCase("json_web_token", token, before: "Authorization: Bearer ", after: "\n"),
        SecretCase("high_entropy_assignment", MadeUp.text(32), before: "api_key = \"", after: "\""),
        SecretCase(
            "high_entropy_assignment",
            MadeUp.text(32),
            before: "export SESSION_TOKEN=",
            after: "\n"
        ),
        SecretCase(
            "high_entropy_assignment",
            MadeUp.text(32),
            before: "{\"clientSecret\":\"",
            after: "\"}"
        ),
        SecretCase(
            "high_entropy_assignment",
            MadeUp.text(32),
            before: "\\\"password\\\": \\\"",
            after: "\\\""
        ),
        SecretCase(
            "high_entropy_assignment",
            MadeUp.text(32),
            before: "tool --token ",
            after: " x"
        ),
        SecretCase(
            "high_entropy_assignment",
            MadeUp.text(32),
            before: "Authorization: Bearer ",
            after: "\r\n"
        ),
    ]

    @Test("Each rule finds its secret, exactly", arguments: cases)
    func found(_ example: SecretCase) throws {
        let text = example.before + example.secret + example.after
        let findings = SecretScannerTests.scanner.findings(in: text)
        let finding = try #require(findings.first { $0.rule == example.rule }, "\(findings)")
        #expect(findings.count == 1)
        #expect(finding.value == example.secret)
        let start = example.before.utf8.count
        #expect(finding.range == start..<start + example.secret.utf8.count)
        #expect(finding.kind == .secret)
    }

    @Test(
        "The format's secret is not found in a longer word, cut short, or as an example",
        arguments: cases
    )
    func negative(_ example: SecretCase) {
        let scanner = SecretScannerTests.scanner
        let cut = example.before + example.secret.prefix(9) + example.after
        #expect(scanner.findings(in: cut).isEmpty || example.rule.hasSuffix("_url"))
        guard !example.secret.contains("\n"), !example.secret.contains("\\n") else { return }
        let half = example.secret.count / 2
        let shown = example.secret.prefix(half) + "EXAMPLE" + example.secret.dropFirst(half + 7)
        let found = scanner.findings(in: example.before + shown + example.after)
        #expect(!found.contains { $0.rule == example.rule })
    }

    @Test("What is shown is its beginning and its length, never the whole", arguments: cases)
    func masked(_ example: SecretCase) {
        for finding in SecretScannerTests.scanner.findings(
            in: example.before + example.secret + example.after
        ) {
            #expect(!finding.masked.contains(example.secret))
            #expect(finding.masked.hasSuffix("(\(example.secret.utf8.count))"))
        }
    }

    @Test(
        "What only stands for a secret is none",
        arguments: [
            "AKIAIOSFODNN7EXAMPLE",
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
            "sk-ant-api03-your-key-goes-here-please-thank-you", "OPENAI_API_KEY=sk-...",
            "api_key = \"${SECRET_FROM_ENVIRONMENT_1}\"",
            "password: process.env.DATABASE_PASSWORD_2",
            "token = \"<your-token-goes-here-1234567890>\"",
            "postgres://user:password@localhost/db",
            "postgres://postgres:postgres@localhost:5432/x1", "https://user:pass@example.com",
            "postgres://app:${PASSWORD}@db/x", "mysql://root:****@db/x", "secret: [REDACTED]",
            "token = AutoTokenizer.from_pretrained_model_v2(x)",
            "max_tokens: 4096, token_count: 123456789",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "if (text.includes(\"-----BEGIN RSA PRIVATE KEY-----\")) return",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "secret_path = /var/lib/secrets/production/2024/a1",
            "the secret is that token counts are a mystery",
            "apiKey: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa1'", "xghp_" + MadeUp.text(36),
            "AKIA" + MadeUp.text(20, of: MadeUp.base32),
            "git clone https://github.com/owner/name.git", "a: http://host:8080/path@x",
        ]
    )
    func placeholder(_ text: String) {
        #expect(SecretScannerTests.scanner.findings(in: text).isEmpty)
    }

    @Test("Of two rules for one value the sure one counts")
    func overlap() {
        let text = "GITHUB_TOKEN=ghp_" + MadeUp.text(36)
        #expect(SecretScannerTests.scanner.findings(in: text).map(\.rule) == ["github_token"])
    }

    @Test("Each occurrence is found, at even and odd places")
    func occurrences() {
        for padding in 0..<9 {
            let secret = "ghp_" + MadeUp.text(36)
            let text = String(repeating: " ", count: padding) + secret + ",\n" + secret
            let ranges = SecretScannerTests.scanner.findings(in: text).map(\.range)
            #expect(ranges == [padding..<padding + 40, padding + 42..<padding + 82])
        }
    }

    @Test("A password on this machine is less grave than one elsewhere")
    func local() {
        let text = "postgres://app:q8Zr41LmK@"
        #expect(
            SecretScannerTests.scanner.findings(in: text + "localhost/x").first?.severity == .medium
        )
        #expect(
            SecretScannerTests.scanner.findings(in: text + "db.corp/x").first?.severity == .critical
        )
    }

    @Test(
        "Hostile texts take no more time than others",
        arguments: [
            "token=", "eyJ", ".eyJaaaaaaaaaa", "-----BEGIN PRIVATE KEY-----", "://a:b", "sk-",
            "sk-ant-", "SG.", ":AA",
            "1234567890:AA", "secret=\"", "ghp_", "password:password:", "MTA.", "8Q~",
            "AccountKey=", "xoxb-",
            "://", "a:b@", "token token ", "\\\"token\\\":", "glpat-.",
        ]
    )
    func hostile(_ piece: String) {
        let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
        let duration = processorTime { _ = SecretScannerTests.scanner.findings(in: text) }
        // Quadratic time would be minutes.
        #expect(duration < .seconds(20))
    }
}
