/// Keys between BEGIN and END, and passwords in URLs.
extension SecretMatcher {
    /// The bytes between BEGIN and END, as they are and as text in a string or beside line numbers.
    private static let body = ByteSet("A-Za-z0-9+/=:,\\ \t\r\n\"'|", nonASCII: true)
    private static let longestBody = 16 << 10

    /// RFC 7468; a header without a key behind it is a program that looks for one.
    func privateKey(_ rule: SecretRule) -> SecretMatch? {
        let label = text.end(of: ByteSet("A-Z0-9 "), from: literal.upperBound, limit: 48)
        guard text.has("-----", at: label),
            text.containsIgnoringCase("private key", in: literal.upperBound..<label)
        else { return nil }
        let start = label + 5
        var end = start
        var material = 0
        while end < text.count, end - start < SecretMatcher.longestBody {
            let byte = text[end]
            if byte == UInt8(ascii: "-") {
                guard !text.has("-----", at: end) else { break }
            } else if !SecretMatcher.body.contains(byte) {
                break
            }
            if ByteSet.base64.contains(byte) { material += 1 }
            end += 1
        }
        guard material >= 60,
            !Placeholder.isMonotonous(text, start..<min(end, start + 256)),
            !text.containsIgnoringCase("redacted", in: start..<min(end, start + 256)),
            !text.containsIgnoringCase("example", in: start..<min(end, start + 256))
        else { return nil }
        if text.has("-----END ", at: end) {
            let footer = text.end(of: ByteSet("A-Z0-9 "), from: end + 9, limit: 48)
            end = text.has("-----", at: footer) ? footer + 5 : footer
        }
        var match = found(rule, literal.lowerBound..<end, prefix: start - literal.lowerBound)
        let before = max(0, literal.lowerBound - 24)..<literal.lowerBound
        if text.containsIgnoringCase("private_key", in: before) {
            match.name = "gcp_service_account_key"
        }
        return match
    }

    // MARK: URLs

    private static let databases: Set<String> = [
        "postgres", "postgresql", "mysql", "mysql2", "mariadb", "mongodb", "redis", "rediss",
        "amqp",
        "amqps", "mssql", "sqlserver", "clickhouse", "cockroachdb", "cassandra", "neo4j", "neo4js",
        "bolt", "nats", "kafka", "ldap", "ldaps", "oracle", "db2", "couchdb", "influxdb", "questdb",
        "valkey", "snowflake", "redshift", "trino", "presto",
    ]
    private static let userinfo = ByteSet("A-Za-z0-9._~%!$&*+,;=|^-", nonASCII: true)
    private static let commonPasswords: Set<String> = [
        "password", "pass", "pwd", "passwd", "secret", "user", "username", "token", "key",
        "changeme",
        "postgres", "postgresql", "mysql", "root", "admin", "guest", "redis", "mongo", "rabbitmq",
        "db", "dev", "local", "p", "pw", "x", "123", "1234", "12345", "123456", "quest", "minio",
        "x-oauth-basic", "prisma", "app", "api_key", "apikey", "access_token",
    ]

    /// `scheme://user:password@host` (RFC 3986); of a database it is sure, of anything else it may be one.
    func url(_ rule: SecretRule) -> SecretMatch? {
        let user = literal.upperBound
        let colon = text.end(of: SecretMatcher.userinfo, from: user, limit: 128)
        guard byte(colon) == UInt8(ascii: ":") else { return nil }
        let password = colon + 1
        let end = text.end(of: SecretMatcher.passwordCharacters, from: password, limit: 256)
        guard end > password, byte(end) == UInt8(ascii: "@"),
            ByteSet.alphanumeric.contains(byte(end + 1))
                || byte(end + 1) == UInt8(ascii: "[")
        else { return nil }
        let scheme = scheme()
        guard !scheme.isEmpty, !isCommon(user..<colon, password..<end) else { return nil }
        var match = found(rule, password..<end, prefix: 0)
        if SecretMatcher.databases.contains(scheme) {
            if text.has("localhost", at: end + 1) || text.has("127.0.0.1", at: end + 1) {
                match.severity = .medium
            }
        } else {
            match.name = "basic_auth_url"
            match.severity = .high
            match.confidence = .candidate
        }
        return match
    }

    private static let passwordCharacters = ByteSet("A-Za-z0-9._~%!&*+,;=|^#?:$-", nonASCII: true)

    /// The scheme before "://" in lower case, without its driver ("postgresql+psycopg2").
    private func scheme() -> String {
        var start = literal.lowerBound
        while start > 0, literal.lowerBound - start < 24,
            ByteSet("A-Za-z0-9+.-").contains(text[start - 1])
        {
            start -= 1
        }
        while start < literal.lowerBound, !text[start].isASCIILetter { start += 1 }
        let end =
            text[start..<literal.lowerBound].firstIndex(of: UInt8(ascii: "+")) ?? literal.lowerBound
        return String(decoding: text[start..<end].map(\.asciiLowercased), as: UTF8.self)
    }

    private func isCommon(_ user: Range<Int>, _ password: Range<Int>) -> Bool {
        let value = String(decoding: text[password].map(\.asciiLowercased), as: UTF8.self)
        return SecretMatcher.commonPasswords.contains(value)
            || text[user].elementsEqual(text[password])
            || password.count >= 3 && text[password].allSatisfy { $0 == text[password.lowerBound] }
            || Placeholder.isPlaceholder(text, password.lowerBound, password.upperBound)
            || text.containsIgnoringCase("password", in: password)
    }
}
