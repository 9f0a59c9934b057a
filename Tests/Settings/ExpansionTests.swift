import Testing

@testable import Settings

@Suite("Expansion of ~ and $NAME")
struct ExpansionTests {
    @Test(
        "The home folder and variables are put in",
        arguments: [
            ("~", "/home/ada"), ("~/x", "/home/ada/x"), ("$HOME/x", "/home/ada/x"),
            ("/a/~", "/a/~"), ("${NOTES}x", "/srv/notesx"), ("$NOTES/$USER", "/srv/notes/ada"),
            ("/a$$b", "/a$b"), ("/a$", "/a$"), ("/a$/b$1", "/a$/b$1"), ("/plain", "/plain"),
        ]
    )
    func expansion(text: String, expanded: String) throws {
        #expect(try Samples.context.expand(text) == expanded)
        #expect(try Samples.context.expand(ExpansionContext.escaped(expanded)) == expanded)
    }

    @Test(
        "What cannot be expanded says why",
        arguments: [
            ("~bob/x", "\"~\" stands for your own home only; write the other in full"),
            ("$NONE/x", "the variable NONE is not set"),
            ("$EMPTY", "the variable EMPTY is not set"),
            ("${NOTES", "\"${\" has no \"}\""), ("${A B}", "\"${A B}\" is no variable"),
        ]
    )
    func failures(text: String, reason: String) {
        let error = #expect(throws: ValueMismatch.self) { try Samples.context.expand(text) }
        #expect(error?.reason == reason)
    }

    @Test(
        "A path is absolute and has no empty or dotted part",
        arguments: [("/a//b/./c/", "/a/b/c"), ("~/", "/home/ada"), ("/", "/")]
    )
    func paths(text: String, path: String) throws {
        #expect(try Samples.context.absolutePath(text) == path)
    }

    @Test(
        "A path that is relative or goes up is refused",
        arguments: ["a/b", "", "./a", "/a/../b", "/a\0"]
    )
    func badPaths(text: String) {
        #expect(throws: ValueMismatch.self) { try Samples.context.absolutePath(text) }
    }
}
