import Core
import TestSupport
import Testing

@testable import Settings

@Suite("Sources of one's own")
struct SourceDefinitionTests {
    private func source(_ text: String) throws -> SourceDefinition {
        try #require(Samples.agent("[source.own]\n" + text).definitions.first { $0.name == "own" })
    }

    @Test(
        "The root is the longest folder that all patterns name",
        arguments: [
            ("[\"~/notes/**/*.md\"]", "/home/ada/notes"), ("[\"/a/b/c.txt\"]", "/a/b"),
            ("[\"/a/b/c/*\", \"/a/b/d/*\"]", "/a/b"), ("[\"/a/{b,c}/d/*\"]", "/a"),
            ("[\"/a/{b/x,b/y}/*\"]", "/a/b"), ("[\"/a*/b\"]", "/"),
            ("[\"$NOTES/x[1]/*\"]", "/srv/notes"),
            ("[\"/a/**\", \"/b/**\"]", "/"),
        ]
    )
    func roots(include: String, root: String) throws {
        #expect(try source("include = " + include).root == BytePath(root))
    }

    @Test("Patterns apply below the root, in the mode of the source")
    func rules() throws {
        let own = try source(
            """
            include = ["~/notes/{a,b}/**/*.md", "~/notes/x.txt"]
            mode = "snapshot"
            """
        )
        #expect(own.decide("a/q/w.md") == .ship(.snapshot, rule: 0))
        #expect(own.decide("x.txt") == .ship(.snapshot, rule: 1))
        #expect(own.decide("c/w.md") == .skip(.noRule))
        let rooted = try source(
            """
            root = "~/notes"
            include = ["*.md", "~/*/x/**", "~/**/y/*"]
            follow_links = true
            """
        )
        #expect(rooted.decide("w.md") == .ship(.tail, rule: 0))
        #expect(rooted.decide("x/1/2") == .ship(.tail, rule: 1))
        #expect(rooted.decide("z/y/1") == .ship(.tail, rule: 2))
        #expect(rooted.decide("z/x/1") == .skip(.noRule))
        #expect(rooted.followLinks)
    }

    @Test("A home folder with a pattern's characters is only a folder")
    func escapedHome() throws {
        let context = ExpansionContext(home: "/home/[a]*{b,c}$x", userName: "a")
        let settings = try Samples.agent("[source.own]\ninclude = [\"~/n/*.md\"]", context)
        #expect(settings.definitions[0].root == "/home/[a]*{b,c}$x/n")
        #expect(settings.definitions[0].decide("1.md") == .ship(.tail, rule: 0))
    }

    @Test(
        "An exclude takes files, and folders with all that is in them",
        arguments: [
            ("secret", "secret", true), ("secret", "a/secret/b", true),
            ("secret/", "a/secret/b", true),
            ("secret", "secretly", false), ("*.tmp", "a/b.tmp", true), ("a/b", "a/b/c/d", true),
            ("a/b", "x/a/b/c", false), ("~/own/a", "a/x", true), ("~/own/**/k", "z/k/x", true),
            ("~/other/**", "a", false), ("~/own", "a", true), ("~/*/a/**", "a/b", true),
        ]
    )
    func excludes(pattern: String, path: String, isExcluded: Bool) throws {
        let own = try source("include = [\"~/own/**\"]\nexclude = [\"\(pattern)\"]")
        let decision = own.decide(BytePath(path))
        #expect(decision == (isExcluded ? .skip(.excluded(0)) : .ship(.tail, rule: 0)))
    }

    @Test("An excluded folder is not entered")
    func excludedFolder() throws {
        let own = try source("include = [\"~/own/**\"]\nexclude = [\"secret\", \"~/own/a/b\"]")
        #expect(!own.couldShip(below: "x/secret"))
        #expect(!own.couldShip(below: "x/secret/y"))
        #expect(!own.couldShip(below: "a/b"))
        #expect(own.couldShip(below: "a"))
    }

    @Test("Presets take excludes too")
    func presetExcludes() throws {
        let text = "[source.claude-code]\nexclude = [\"projects/-home-ada-secret\"]"
        let claude = try #require(Samples.agent(text).definitions.first)
        #expect(claude.decide("projects/-home-ada-secret/s.jsonl") == .skip(.excluded(0)))
        #expect(claude.decide("projects/-home-ada-secrets/s.jsonl") == .ship(.tail, rule: 1))
    }

    @Test(
        "Databases are refused whatever the patterns say",
        arguments: [
            ("a.sqlite", true), ("a.sqlite3", true), ("a.db", true), ("state.vscdb", true),
            ("A.DB", true),
            ("a.sqlite-wal", true), ("a.db-shm", true), ("a.sqlite3-journal", true), (".db", true),
            ("a.dbx", false), ("sqlite", false), ("a-wal", false), ("x.jsonl", false), ("", false),
        ]
    )
    func databases(name: String, isRefused: Bool) throws {
        #expect((SourceDefinition.refusal(forName: BytePath(name)) != nil) == isRefused)
        let own = try source("include = [\"~/own/**\"]")
        if isRefused { #expect(own.decide(BytePath("x/" + name)) == .skip(.database)) }
    }

    @Test("An explanation names the rule")
    func explanations() throws {
        let own = try source("include = [\"~/own/*.md\"]\nexclude = [\"x.*\"]\nmode = \"snapshot\"")
        #expect(
            own.explanation(of: "a.md")
                == "shipped whole, each time that it changed (snapshot) by \"/home/ada/own/*.md\" "
                + "of [source.own]"
        )
        #expect(own.explanation(of: "x.md") == "not shipped: excluded by \"x.*\" of [source.own]")
        #expect(
            own.explanation(of: "a.txt")
                == "not shipped: no pattern of [source.own] fits (\"/home/ada/own/*.md\")"
        )
        #expect(
            own.explanation(of: "a.db")
                == "not shipped: a.db is a database: a copy of it, taken while its program writes, "
                + "would be torn"
        )
    }

    @Test("20,000 paths are decided within seconds even unoptimised")
    func speed() throws {
        let claude = try #require(Samples.agent("").definitions.first)
        let paths = (0..<20_000).map {
            BytePath(
                "projects/-home-ada-work-project-\($0 % 50)/0b4e\($0)/subagents/agent-\($0).jsonl"
            )
        }
        let time = processorTime {
            #expect(paths.allSatisfy { claude.decide($0) == .ship(.tail, rule: 1) })
        }
        #expect(time < .seconds(5))
    }
}
