import Core
import Testing

/// Help texts, manual pages and completions come from one place.
@Suite struct ManualTests {
    static let manual = Manual(
        "ship",
        version: "1.2",
        summary: "ships things",
        description: ["It ships.", ".and begins with a dot"],
        options: [ManualOption("--config", .file, "the configuration")],
        groups: [
            Manual.Group(
                "All",
                [
                    ManualCommand(
                        "send",
                        "THING [--to PLACE] [--fast]",
                        "sends a thing's bytes",
                        options: [
                            ManualOption("--to", .choice(["here", "there"]), "where it goes"),
                            ManualOption("--fast", .none, "sooner [or later]: it's a wish"),
                        ],
                        words: 1...1,
                        takesPaths: true
                    ),
                    ManualCommand(
                        "orders",
                        "pause|go",
                        "an order",
                        words: 1...1,
                        actions: ["pause", "go"]
                    ),
                    ManualCommand(
                        "long",
                        "",
                        "has a text",
                        text: "usage: ship long\n\n.dots \\ and -- dashes\n"
                    ),
                ]
            )
        ],
        files: [(path: "/etc/ship.conf", summary: "what it reads")],
        notes: "Exit status: 0."
    )

    @Test("The usage has a line for each command, and what is long begins below")
    func usage() {
        let lines = ManualTests.manual.usage.split(separator: "\n").map(String.init)
        #expect(lines.first == "usage: ship COMMAND [--config FILE]")
        #expect(lines.contains("  orders pause|go              an order"))
        #expect(lines.contains("  send THING [--to PLACE] [--fast]"))
        #expect(lines.contains(String(repeating: " ", count: 31) + "sends a thing's bytes"))
        #expect(lines.allSatisfy { $0.count <= 110 })
        #expect(ManualTests.manual.help("send")?.contains("--to here|there") == true)
        #expect(ManualTests.manual.help("nothing") == nil)
    }

    @Test("The grammar has the options of all commands")
    func grammar() throws {
        let arguments = try Arguments(
            ["send", "a", "--to", "here", "--fast", "--config=x"],
            ManualTests.manual.grammar
        )
        #expect(arguments.values == ["--to": "here", "--config": "x"])
        #expect(arguments.flags == ["--fast"])
    }

    @Test("Nothing in a manual page's text is a request or an escape")
    func page() {
        let page = ManualTests.manual.page
        #expect(page.contains("\n\\&.and begins with a dot\n"))
        #expect(page.contains("\\&.dots \\e and \\-\\- dashes"))
        #expect(page.contains(".SH NAME\nship \\- ships things\n"))
        let requests = page.split(separator: "\n").filter { $0.hasPrefix(".") }
        let known = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".nf", ".fi"]
        #expect(requests.allSatisfy { line in known.contains { line.hasPrefix($0) } })
    }

    @Test(
        "There is a completion for each shell, and none for others",
        arguments: ["bash", "zsh", "fish"]
    )
    func completions(_ shell: String) throws {
        let script = try #require(ManualTests.manual.completion(shell))
        for word in ["send", "orders", "here", "pause", "fast"] { #expect(script.contains(word)) }
        #expect(ManualTests.manual.completion("tcsh") == nil)
    }
}

@Suite struct DiagnosisTests {
    @Test("The worst finding is the result, and each has what to do below it")
    func levels() {
        var diagnosis = Diagnosis()
        #expect(diagnosis.level == .ok)
        diagnosis.ok("disk", "2 GiB free")
        #expect(diagnosis.level == .ok)
        diagnosis.warn("clock", "nobody\u{1b}[31m keeps it", "set it")
        #expect(diagnosis.level == .warn)
        diagnosis.fail(
            "port",
            OperatorError(.network, "closed", remedy: "open it", cause: "refused")
        )
        #expect(diagnosis.level == .fail)
        #expect(
            diagnosis.text == """
                ok    disk   2 GiB free
                warn  clock  nobody\\x1b[31m keeps it
                      → set it
                fail  port   closed: refused
                      → open it
                1 ok, 1 to look at, 1 wrong

                """
        )
        #expect(diagnosis.json.hasPrefix("{\"result\":\"fail\",\"findings\":[{\"check\":\"disk\""))
    }
}
