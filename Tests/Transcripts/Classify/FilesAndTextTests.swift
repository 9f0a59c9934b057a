import Testing
import Transcripts

@Suite("Paths, tools and texts") struct FilesAndTextTests {
    @Test(
        "Files that hold secrets",
        arguments: [
            ("/p/.env", "environment_file"), (".env.production", "environment_file"),
            ("prod.env", "environment_file"), ("~/.ssh/id_rsa", "ssh_key"),
            ("/k/id_ed25519_work", "ssh_key"), ("~/.ssh/known_hosts", "ssh_file"),
            ("/h/.aws/credentials", "cloud_credentials"), ("/h/.kube/config", "kubernetes_config"),
            ("~/.gnupg/x", "gnupg_file"), ("certs/a.pem", "key_file"), ("a.key", "key_file"),
            ("C:\\Users\\a\\.npmrc", "registry_credentials"), ("~/.netrc", "credentials_file"),
            ("~/.pgpass", "credentials_file"), ("credentials.json", "credentials_file"),
            ("/h/.claude/.credentials.json", "credentials_file"),
            ("/etc/shadow", "system_passwords"),
            ("~/.password-store/a.gpg", "password_store"), ("x.kdbx", "password_store"),
            ("~/.docker/config.json", "registry_credentials"),
            ("a/terraform.tfstate", "infrastructure_state"),
            ("config/secrets.yml", "credentials_file"), ("~/.codex/auth.json", "cloud_credentials"),
            ("~/.config/gcloud/x.db", "cloud_credentials"),
        ]
    )
    func sensitive(_ path: String, _ rule: String) {
        #expect(SensitivePath(path)?.rule == rule)
    }

    @Test(
        "Files that hold none",
        arguments: [
            "", "/", "a.swift", ".env.example", ".env.sample", "id_rsa.pub", "environment.ts",
            "src/credentials.ts", "key.py", "README.md", "tokens.css", "/etc/hosts", "monkey.txt",
            ".key",
        ]
    )
    func harmless(_ path: String) {
        #expect(SensitivePath(path) == nil)
    }

    private func access(_ path: String, _ operation: FileOperation) -> AccessAnalysis {
        var entry = Entry(position: RecordPosition(offset: 0, length: 1), kind: "x")
        entry.facts = [.access(FileAccessFact(ordinal: 0, path: path, operation: operation))]
        return Analyser().analyse(entry).accesses[0]
    }

    @Test(
        "Extensions and types",
        arguments: [
            ("a/b.TSX", "tsx", "javascript"), ("x.py", "py", "python"),
            ("Dockerfile", nil, "docker"), ("docker-compose.yml", "yml", "docker"),
            (".gitignore", nil, "other"),
            ("a.tar.gz", "gz", "other"), ("Makefile", nil, "other"), ("a.kt", "kt", "jvm"),
            ("a\\b.md", "md", "documentation"), ("x.", nil, "other"), ("a.b/c", nil, "other"),
        ] as [(String, String?, String)]
    )
    func types(_ path: String, _ ending: String?, _ type: String) {
        let analysis = access(path, .read)
        #expect(analysis.fileExtension == ending)
        #expect(analysis.contentType == type)
    }

    @Test("Reading and writing a sensitive file are told apart")
    func operations() {
        #expect(access(".env", .read).findings.map(\.rule) == ["environment_file_read"])
        #expect(access(".env", .edit).findings.map(\.rule) == ["environment_file_write"])
        #expect(access(".env", .read).isSensitive && !access("a.c", .write).isSensitive)
        #expect(access("a.c", .write).findings.isEmpty)
    }

    @Test(
        "Categories of tools",
        arguments: [
            ("Read", "file_operations"), ("MultiEdit", "file_operations"), ("Bash", "shell"),
            ("Grep", "search"), ("Task", "agent"), ("TodoWrite", "planning"),
            ("WebFetch", "network"),
            ("AskFollowupQuestion", "interaction"), ("mcp__github__get", "mcp"),
            ("exec_command", "shell"), ("apply_patch", "file_operations"),
            ("update_plan", "planning"),
            ("run_shell_command", "shell"), ("google_web_search", "network"),
            ("replace", "file_operations"), ("functions.exec_command", "shell"),
            ("Nobody", "other"), ("AskUserQuestion", "interaction"),
        ]
    )
    func categories(_ name: String, _ category: String) {
        #expect(
            analysed(ToolCallFact(callID: nil, block: 0, name: name, input: "")).category
                == category
        )
    }

    private func analysed(_ call: ToolCallFact) -> CallAnalysis {
        var entry = Entry(position: RecordPosition(offset: 0, length: 1), kind: "x")
        entry.facts = [.call(call)]
        return Analyser().analyse(entry).calls[0]
    }

    @Test("A tool's file may be sensitive or the system's")
    func toolFiles() {
        var call = ToolCallFact(callID: nil, block: 0, name: "Edit", input: "")
        call.filePath = "/etc/hosts"
        #expect(analysed(call).touchesSystemFiles && analysed(call).changesSystemFiles)
        call.name = "Read"
        #expect(analysed(call).touchesSystemFiles && !analysed(call).changesSystemFiles)
        call.filePath = "/p/.env"
        #expect(analysed(call).isSensitive && !analysed(call).usesNetwork)
        call.name = "WebFetch"
        #expect(analysed(call).usesNetwork)
    }

    @Test("A secret of an input is found once: in its message, or in the call when there is none")
    func inputs() {
        var entry = Entry(position: RecordPosition(offset: 0, length: 1), kind: "x")
        let secret = "ghp_" + MadeUp.text(36)
        let call = ToolCallFact(
            callID: "c",
            block: 0,
            name: "Bash",
            input: "{\"a\":\"\\n\(secret)\"}"
        )
        entry.facts = [.call(call)]
        #expect(Analyser().analyse(entry).calls[0].findings.map(\.value) == [secret])
        var message = MessageFact(block: 0, role: .assistant, kind: .toolUse, text: secret)
        message.callID = "c"
        entry.facts = [.message(message), .call(call)]
        let analysis = Analyser().analyse(entry)
        #expect(analysis.messages[0].findings.count == 1 && analysis.calls[0].findings.isEmpty)
    }

    private func analysed(_ text: String, _ kind: MessageKind = .prompt) -> MessageAnalysis {
        var entry = Entry(position: RecordPosition(offset: 0, length: 1), kind: "x")
        entry.facts = [.message(MessageFact(block: 0, role: .user, kind: kind, text: text))]
        return Analyser().analyse(entry).messages[0]
    }

    @Test("Prompts and answers have tags, nothing else", arguments: MessageKind.allCases)
    func tagged(_ kind: MessageKind) {
        #expect((analysed("hello", kind).tags != nil) == (kind == .prompt || kind == .text))
    }

    @Test(
        "Languages",
        arguments: [
            ("en", "Please fix the bug in the parser and run all of the tests again."),
            (
                "de",
                "Bitte behebe den Fehler in der Datei und führe alle Tests noch einmal aus, das ist wichtig."
            ),
            (
                "fr",
                "Peux-tu corriger le bug dans la fonction et lancer les tests pour que tout soit en ordre ?"
            ),
            (
                "es",
                "Por favor corrige el error en la función y ejecuta todas las pruebas para que no falle."
            ),
            (
                "pt",
                "Você pode corrigir o erro na função e executar os testes para que não falhe mais?"
            ),
            (
                "it",
                "Puoi correggere il problema nella funzione e poi eseguire tutti i test per favore, che non passano più"
            ),
            (
                "nl",
                "Kun je de fout in het bestand oplossen en daarna alle tests nog een keer draaien, want het werkt niet"
            ),
            (
                "pl",
                "Proszę napraw błąd w tym pliku i uruchom testy, ponieważ nie działa to tak jak trzeba"
            ),
            ("ru", "Исправь ошибку в парсере и запусти тесты"),
            ("uk", "Виправ помилку в парсері і запусти всі тести, будь ласка"),
            ("zh", "请修复解析器中的错误并重新运行测试"), ("ja", "パーサーのバグを直してテストを実行してください"),
            ("ko", "파서의 버그를 고치고 테스트를 실행해 주세요"), ("ar", "أصلح الخطأ في المحلل وشغل الاختبارات"),
            ("el", "Διόρθωσε το σφάλμα στον αναλυτή"),
            (
                "tr",
                "Lütfen bu dosyadaki hatayı düzelt ve sonra testleri çalıştır, bir sorun var gibi"
            ),
        ]
    )
    func languages(_ language: String, _ text: String) {
        #expect(analysed(text).language == language)
        #expect(analysed(text, .toolResult).language == nil)
    }

    @Test(
        "No language",
        arguments: [
            "", "ok", "x = 1", "src/main.swift:12", "aGVsbG8gd29ybGQ=", "1234567890",
            "npm run build",
        ]
    )
    func noLanguage(_ text: String) {
        #expect(analysed(text).language == nil)
    }

    @Test(
        "Code",
        arguments: [
            ("```\nx\n```", true), ("a\n  ```swift\n", true), ("func a() {\n    b();\n}\n", true),
            ("#include <a>\nint main() {\n  return 0;\n}", true), ("Please fix it; now.", false),
            ("a ``b`` c", false), ("", false), ("One;\ntwo.", false),
        ]
    )
    func code(_ text: String, _ hasCode: Bool) {
        #expect(analysed(text).hasCode == hasCode)
    }

    @Test(
        "Paths",
        arguments: [
            ("see /etc/hosts", true), ("in src/main.swift", true), ("./run", true), ("~/x", true),
            ("C:\\Users\\a", true), ("main.swift", true), ("and/or", false),
            ("https://example.com", false), ("a.b", false), ("1/2", false), ("", false),
            ("</b>", false), ("e.g. that", false), ("x.map(y)", false),
        ]
    )
    func paths(_ text: String, _ hasPaths: Bool) {
        #expect(analysed(text).hasPaths == hasPaths)
    }
}
