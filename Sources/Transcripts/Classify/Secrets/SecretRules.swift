extension SecretRule {
    /// Every rule; the formats are those that the vendors document, or that their scanners publish.
    static let all = clouds + forges + models + services + structured + generic

    private static let upperBase32 = ByteSet("A-Z2-7")
    private static let upperAlphanumeric = ByteSet("A-Z0-9")
    private static let lowerHexadecimal = ByteSet("0-9a-f")
    private static let urlSafe = ByteSet.wordOrHyphen

    private static let clouds: [SecretRule] = [
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        SecretRule(
            "aws_access_key",
            .critical,
            ["AKIA", "ASIA", "ABIA", "ACCA"],
            upperBase32,
            16...16
        ),
        SecretRule("gcp_api_key", .high, ["AIza"], urlSafe, 35...35),
        SecretRule("gcp_oauth_token", .high, ["ya29."], urlSafe, 30...400),
        SecretRule("gcp_oauth_secret", .high, ["GOCSPX-"], urlSafe, 28...28),
        SecretRule(
            "azure_storage_key",
            .critical,
            ["AccountKey="],
            ByteSet("A-Za-z0-9+/="),
            88...88
        ),
        SecretRule(
            "azure_shared_access_key",
            .critical,
            ["SharedAccessKey="],
            ByteSet("A-Za-z0-9+/="),
            43...44
        ),
        SecretRule(
            "azure_client_secret",
            .critical,
            (0...9).map { "\($0)Q~" },
            .special(.azureClientSecret)
        ),
        SecretRule(
            "digitalocean_token",
            .critical,
            ["dop_v1_", "doo_v1_", "dor_v1_"],
            lowerHexadecimal,
            64...64
        ),
        SecretRule("alibaba_access_key", .high, ["LTAI"], ByteSet.alphanumeric, 16...26),
        SecretRule("databricks_token", .high, ["dapi"], lowerHexadecimal, 32...34),
        SecretRule("heroku_key", .high, ["HRKU-"], urlSafe, 36...72),
        SecretRule("flyio_token", .high, ["fo1_"], urlSafe, 43...43),
        SecretRule("planetscale_token", .high, ["pscale_tkn_", "pscale_pw_"], urlSafe, 32...64),
        SecretRule("supabase_token", .high, ["sbp_"], lowerHexadecimal, 40...40),
        SecretRule("vault_token", .high, ["hvs.", "hvb."], urlSafe, 24...300),
        SecretRule("terraform_token", .high, [".atlasv1."], ByteSet("A-Za-z0-9_=-"), 60...70),
        SecretRule("pulumi_token", .high, ["pul-"], lowerHexadecimal, 40...40),
        SecretRule("doppler_token", .high, ["dp.pt."], ByteSet.alphanumeric, 43...43),
        SecretRule("tailscale_key", .high, ["tskey-"], urlSafe, 20...80),
        SecretRule("netlify_token", .high, ["nfp_"], ByteSet.alphanumeric, 36...40),
    ]

    private static let forges: [SecretRule] = [
        // https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
        SecretRule(
            "github_token",
            .critical,
            ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
            ByteSet.alphanumeric,
            36...255
        ),
        SecretRule("github_fine_grained_token", .critical, ["github_pat_"], ByteSet.word, 82...82),
        // https://docs.gitlab.com/security/tokens/#token-prefixes
        SecretRule(
            "gitlab_token",
            .critical,
            [
                "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-",
                "glimt-", "gloas-",
            ],
            ByteSet("A-Za-z0-9_.-"),
            20...300
        ),
        SecretRule(
            "bitbucket_token",
            .high,
            ["ATBB", "ATCTT3"],
            ByteSet("A-Za-z0-9_=-"),
            24...300
        ),
        SecretRule("atlassian_token", .high, ["ATATT3"], ByteSet("A-Za-z0-9_=-"), 60...300),
        SecretRule("npm_token", .critical, ["npm_"], ByteSet.alphanumeric, 36...36),
        SecretRule(
            "pypi_token",
            .critical,
            ["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
            urlSafe,
            50...300
        ),
        SecretRule("rubygems_key", .high, ["rubygems_"], lowerHexadecimal, 48...48),
        SecretRule("docker_token", .high, ["dckr_pat_", "dckr_oat_"], urlSafe, 27...40),
    ]

    private static let models: [SecretRule] = [
        SecretRule("anthropic_key", .critical, ["sk-ant-"], urlSafe, 32...200),
        SecretRule(
            "openai_key",
            .critical,
            ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"],
            urlSafe,
            40...255
        ),
        SecretRule("openai_key", .critical, ["sk-"], ByteSet.alphanumeric, 48...51),
        SecretRule("openrouter_key", .critical, ["sk-or-v1-"], lowerHexadecimal, 64...64),
        SecretRule("huggingface_token", .critical, ["hf_"], ByteSet.alphanumeric, 34...40),
        SecretRule("groq_key", .high, ["gsk_"], ByteSet.alphanumeric, 52...52),
        SecretRule("xai_key", .high, ["xai-"], ByteSet.alphanumeric, 80...80),
        SecretRule("perplexity_key", .high, ["pplx-"], ByteSet.alphanumeric, 48...56),
        SecretRule("replicate_token", .high, ["r8_"], ByteSet.alphanumeric, 37...37),
        SecretRule("langsmith_key", .high, ["lsv2_pt_", "lsv2_sk_"], ByteSet.word, 42...43),
    ]

    private static let services: [SecretRule] = [
        SecretRule(
            "slack_token",
            .critical,
            [
                "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xoxc-", "xoxd-",
                "xapp-",
            ],
            ByteSet("A-Za-z0-9.%-"),
            20...250
        ),
        SecretRule(
            "slack_webhook",
            .high,
            ["hooks.slack.com/services/", "hooks.slack.com/workflows/"],
            ByteSet("A-Za-z0-9/"),
            40...100
        ),
        SecretRule(
            "stripe_key",
            .critical,
            ["sk_live_", "rk_live_"],
            ByteSet.alphanumeric,
            20...247
        ),
        SecretRule(
            "stripe_test_key",
            .low,
            ["sk_test_", "rk_test_"],
            ByteSet.alphanumeric,
            20...247
        ),
        SecretRule("stripe_webhook_secret", .high, ["whsec_"], ByteSet.base64, 32...80),
        SecretRule(
            "sendgrid_key",
            .critical,
            ["SG."],
            .joined([(urlSafe, 22...22), (urlSafe, 43...43)], separator: UInt8(ascii: "."))
        ),
        SecretRule(
            "twilio_key",
            .high,
            "0123456789abcdef".map { "SK\($0)" },
            lowerHexadecimal,
            31...31
        ),
        SecretRule("telegram_bot_token", .high, [":AA"], .special(.telegramBot)),
        SecretRule("discord_bot_token", .high, discordPrefixes, .special(.discordBot)),
        SecretRule(
            "discord_webhook",
            .high,
            ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
            .joined([(ByteSet.digits, 17...20), (urlSafe, 60...72)], separator: UInt8(ascii: "/"))
        ),
        SecretRule("square_token", .high, ["sq0atp-", "sq0csp-"], urlSafe, 22...43),
        SecretRule(
            "shopify_token",
            .high,
            ["shpat_", "shpca_", "shppa_", "shpss_"],
            ByteSet.hexadecimal,
            32...32
        ),
        SecretRule("linear_key", .high, ["lin_api_"], ByteSet.alphanumeric, 40...40),
        SecretRule("notion_token", .high, ["ntn_"], ByteSet.alphanumeric, 46...50),
        SecretRule("grafana_token", .high, ["glsa_"], ByteSet.word, 41...41),
        SecretRule("grafana_cloud_token", .high, ["glc_"], ByteSet.base64, 32...300),
        SecretRule("postman_key", .high, ["PMAK-"], ByteSet("A-Za-z0-9-"), 59...59),
        SecretRule("sentry_token", .high, ["sntrys_"], ByteSet("A-Za-z0-9+/=_"), 60...300),
        SecretRule("newrelic_key", .high, ["NRAK-"], upperAlphanumeric, 27...27),
        SecretRule("figma_token", .high, ["figd_"], urlSafe, 40...60),
        SecretRule("mailgun_key", .high, ["key-"], lowerHexadecimal, 32...32),
        SecretRule("brevo_key", .high, ["xkeysib-"], ByteSet("A-Za-z0-9-"), 64...90),
        SecretRule("dynatrace_token", .high, ["dt0c01."], ByteSet("A-Z0-9."), 80...100),
        SecretRule("onepassword_token", .critical, ["ops_eyJ"], ByteSet.base64, 200...300),
    ]

    private static let structured: [SecretRule] = [
        SecretRule("private_key", .critical, ["-----BEGIN "], .special(.privateKey)),
        SecretRule("age_key", .critical, ["AGE-SECRET-KEY-1"], upperAlphanumeric, 58...58),
        SecretRule("database_url", .critical, ["://"], .special(.url)),
        SecretRule("json_web_token", .medium, ["eyJ"], .special(.jsonWebToken)),
    ]

    private static let generic: [SecretRule] = {
        var rule = SecretRule(
            "high_entropy_assignment",
            .medium,
            [
                "secret", "token", "passw", "passphrase", "pwd", "apikey", "api-key", "_key",
                "accesskey", "privatekey", "accountkey", "authkey", "signingkey", "encryptionkey",
                "credential", "bearer ",
            ],
            .special(.assignment)
        )
        rule.confidence = .candidate
        rule.ignoresCase = true
        return [rule]
    }()

    /// The base64 of a user's number, whose digits leave few first letters.
    private static let discordPrefixes: [String] = "MNO".flatMap { first in
        "DTjz".flatMap { second in "AEIMQUYcgk".map { "\(first)\(second)\($0)" } }
    }
}
