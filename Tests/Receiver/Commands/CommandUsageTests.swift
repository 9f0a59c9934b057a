import Core
import Testing

@testable import Receiver

/// What all commands that read the catalog have in common.
struct CommandUsageTests {
    @Test(
        "A wrong use names what is wrong",
        arguments: [
            ["cost", "--by", "fortnight"], ["cost", "--since", "someday"], ["cost", "more"],
            ["cost", "--all"], ["sessions", "--limit", "0"], ["show"], ["show", "a", "b"],
            ["show", "5a5a", "--last", "0"], ["search"], ["search", "-word"],
            ["search", "a", "--sort", "best"], ["search", "a", "--after", "2026-11-01"],
            ["search", "a", "--after", "n-0-0-1", "--sort", "rank"], ["search", "kind:foo"],
            ["search", "role:me"], ["search", "has:everything"], ["search", "cost:much"],
            ["search", "since:someday a"], ["search", "a", "--group", "--after", "n-0-0-1"],
            ["sessions", "kind:prompt"], ["cost", "--has", "luck"],
            ["sql", "SELECT 1", "--format", "xml"],
            ["sql", "--schema", "SELECT 1"],
            ["cost", "--since", "2026-11-06", "--until", "2026-11-01"],
            ["restore", "ann@laptop"], ["restore"], ["export"],
            ["export", "5a5a", "--format", "pdf"],
            ["report", "--since", "2027-01-01"], ["report", "--format", "xml"],
        ]
    )
    func usage(_ words: [String]) throws {
        let stage = try QueryStage()
        let error = #expect(throws: OperatorError.self) { try stage.run(list: words) }
        #expect(error?.code == .usage, "\(String(describing: error))")
    }

    @Test(
        "Each command explains itself with examples that it takes",
        arguments: QueryCommand.all.keys
    )
    func help(_ name: String) throws {
        let command = try #require(QueryCommand.all[name])
        #expect(command.help.hasPrefix("usage: tailship-receiver \(name)"))
        let examples = command.help.components(after: "examples:\n")
        #expect(!examples.isEmpty)
        for option in command.options.sorted() where option != "--machine" {
            #expect(
                command.help.contains(option) || command.help.contains(option.dropFirst(2) + ":")
            )
        }
        let known = Set(QueryCommand.values + QueryCommand.flags + ["--json", "--config"])
        #expect(command.options.isSubset(of: known))
    }
}

extension String {
    fileprivate func components(after mark: String) -> [Substring] {
        guard let range = firstRange(of: mark) else { return [] }
        return self[range.upperBound...].split(separator: "\n")
    }
}
