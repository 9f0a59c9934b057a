import Core
import TestSupport
import Testing

@testable import Settings

@Suite("Globs")
struct GlobTests {
    @Test(
        "A pattern matches what it says",
        arguments: [
            ("a", "a", true), ("a", "b", false), ("a/b", "a/b", true), ("a", "a/b", false),
            ("*", "a", true), ("*", "a/b", false), ("*.md", ".md", true), ("*.md", "x.mdx", false),
            ("**", "a", true), ("**", "a/b/c", true), ("**/x", "x", true), ("**/x", "a/b/x", true),
            ("a/**", "a", false), ("a/**", "a/b/c", true), ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/x", false), ("**/a/**/b", "a/a/c/b", true),
            ("a/**/**/b", "a/b", true), ("?", "é", true), ("??", "é", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("[^a-c]x", "dx", true), ("[]]", "]", true),
            ("[a-]", "-", true),
            ("[é-ü]", "ö", true), ("{a,b}.c", "b.c", true), ("{a,b}.c", "c.c", false),
            ("{a/b,c}/d", "a/b/d", true), ("{a,{b,c}d}", "cd", true), ("x{,y}", "x", true),
            ("\\*", "*", true), ("\\*", "a", false), ("\\{a\\}", "{a}", true),
            ("[{]a,b[}]", "{a,b}", true),
            ("a//./b", "a/b", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false),
            ("*ab", "aab", true), ("a**b", "axxb", true), ("a**b", "a/b", false),
            ("a,b", "a,b", true),
            ("*a?", "aaé", true), ("*é", "xé", true),
        ]
    )
    func table(pattern: String, path: String, isMatch: Bool) throws {
        #expect(try Glob(pattern).matches(BytePath(path)) == isMatch)
    }

    @Test("Names are bytes: newlines and invalid UTF-8 match like any other")
    func bytes() throws {
        let broken = BytePath([0x61, 0x0a, 0xff, 0xc3, 0x28, 0x62])
        #expect(try Glob("a*b").matches(broken))
        #expect(try Glob("a????b").matches(broken))
        #expect(try !Glob("a???b").matches(broken))
        #expect(try Glob("a?[!x]??b").matches(broken))
        #expect(try !Glob("a?[\u{80}-\u{10ffff}]??b").matches(broken))
        #expect(try Glob("**").matches(BytePath([0xff])))
    }

    @Test(
        "What is no pattern is refused with its reason",
        arguments: [
            ("", "it names nothing"), ("/", "it names nothing"), ("a/../b", "it contains \"..\""),
            ("{a,b", "a \"{\" has no \"}\""), ("[ab", "a \"[\" has no \"]\""),
            ("a\\", "it ends with a \"\\\""), ("[z-a]", "a range in \"[]\" goes backwards"),
            (String(repeating: "{a,b}", count: 12), "its braces stand for more than 256 patterns"),
        ]
    )
    func refusals(pattern: String, reason: String) {
        let error = #expect(throws: ValueMismatch.self) { try Glob(pattern) }
        #expect(error?.reason == reason)
    }

    @Test("An escaped text matches itself and nothing else")
    func escaping() throws {
        let name = "a*?[x]{1,2}\\é$"
        #expect(try Glob(Glob.escaped(name)).matches(BytePath(name)))
        #expect(try !Glob(Glob.escaped(name)).matches("aXXx1"))
    }

    @Test("Patterns made to explode take no time")
    func noBacktracking() throws {
        let names = BytePath(Array(repeating: "a", count: 2000).joined(separator: "/"))
        let name = BytePath(String(repeating: "a", count: 255))
        var found: [Bool] = []
        let time = try processorTime {
            for pattern in ["**/**/**/x", "**/a/**/a/**/a/**/a/**/a/**/a/**/x"] {
                found.append(try Glob(pattern).matches(names))
            }
            for pattern in ["*a*a*a*a*a*a*a*a*a*a*a*a*b", "*a*a*a*a*a*a*a*a*a*a*a*a*"] {
                found.append(try Glob(pattern).matches(name))
            }
        }
        #expect(found == [false, false, false, true])
        #expect(time < .seconds(10))
    }

    @Test(
        "Folders that no file can match below are told",
        arguments: [
            ("a/*/c", "", true), ("a/*/c", "a", true), ("a/*/c", "a/b", true),
            ("a/*/c", "a/b/c", false),
            ("a/*/c", "b", false), ("a/**", "a", true), ("a/**", "a/b/c", true),
            ("a/**", "b", false),
            ("**/x", "any/where", true), ("a/b*/**/x", "a/c", false),
            ("a/b*/**/x", "a/bc/d/e", true),
            ("{a,b}/c", "b", true), ("{a,b}/c", "c", false), ("x", "", true), ("x", "x", false),
        ]
    )
    func pruning(pattern: String, folder: String, isPossible: Bool) throws {
        #expect(try Glob(pattern).couldMatch(below: BytePath(folder)) == isPossible)
    }

    @Test("Random patterns agree with the obvious matcher", arguments: 0..<20 as Range<UInt64>)
    func reference(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let parts = randomPattern(&random)
            let pattern = parts.joined(separator: "/")
            let glob = try Glob(pattern)
            for _ in 0..<8 {
                let path = randomPath(&random)
                let bytes = BytePath(Array(path.joined(separator: [UInt8(ascii: "/")])))
                let expected = GlobReference.matches(parts, path)
                #expect(glob.matches(bytes) == expected, "\(pattern) on \(bytes)")
                try compareBelow(glob, pattern, bytes, path, expected)
            }
        }
    }

    /// Matching below a folder is matching the whole; a folder above a match could match.
    private func compareBelow(
        _ glob: Glob,
        _ pattern: String,
        _ bytes: BytePath,
        _ path: [[UInt8]],
        _ expected: Bool
    ) throws {
        for split in 0..<path.count {
            let folder = BytePath(Array(path[..<split].joined(separator: [UInt8(ascii: "/")])))
            let rest = BytePath(Array(path[split...].joined(separator: [UInt8(ascii: "/")])))
            let inside = glob.below(folder)
            #expect(
                (inside?.matches(rest) ?? false) == expected,
                "\(pattern) below \(folder) on \(rest)"
            )
            if expected { #expect(glob.couldMatch(below: folder), "\(pattern) below \(folder)") }
        }
    }

    @Test("Pruning never cuts what the obvious matcher reaches", arguments: 0..<5 as Range<UInt64>)
    func pruningReference(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 1000)
        let names: [[UInt8]] = ["a", "b", "ab", "ba"].map { Array($0.utf8) }
        for _ in 0..<60 {
            let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                ["a", "b", "*", "a*", "**", "?"].randomElement(using: &random) ?? "a"
            }
            let folder = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                names.randomElement(using: &random) ?? []
            }
            let glob = try Glob(parts.joined(separator: "/"))
            let path = BytePath(Array(folder.joined(separator: [UInt8(ascii: "/")])))
            let expected = GlobReference.couldMatch(parts, below: folder, names: names)
            #expect(glob.couldMatch(below: path) == expected, "\(glob) below \(path)")
        }
    }

    private func randomPattern(_ random: inout SeededRandom) -> [String] {
        let pieces = ["a", "b", "é", "*", "?", "[ab]", "[!a]", "*"]
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in
            if random.oneIn(3) { return "**" }
            let part = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? "a"
            }.joined()
            // Stars that meet would make a "**" of their own, which the reference takes for folders.
            return part == "**" ? "*" : part
        }
    }

    private func randomPath(_ random: inout SeededRandom) -> [[UInt8]] {
        let pieces: [[UInt8]] = [[0x61], [0x62], [0xc3, 0xa9], [0xc3], [0xff], [0x0a], [0x61]]
        return (0..<Int.random(in: 1...5, using: &random)).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
        }
    }
}
