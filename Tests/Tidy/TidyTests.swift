import Foundation
import Testing

/// The house rules over the source tree as it stands.
@Suite("The house is tidy")
struct TidyTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let sources = swiftFiles(in: "Sources")
    static let tests = swiftFiles(in: "Tests")

    @Test("The tree is found")
    func tree() {
        #expect(TidyTests.sources.contains { $0.path == "Sources/Core/Limits.swift" })
        #expect(TidyTests.tests.contains { $0.path == "Tests/Tidy/TidyTests.swift" })
    }

    @Test("A file has at most 600 lines")
    func length() { check(TidyTests.sources, Rules.length) }

    @Test("A function has at most 70 lines")
    func functions() { check(TidyTests.sources, Rules.functions) }

    @Test("What can trap or is not checked has its proof beside it")
    func unsafety() { check(TidyTests.sources, Rules.unsafety) }

    @Test("The system and libraries are imported in their own rooms only")
    func imports() { check(TidyTests.sources, Rules.foreignImports) }

    @Test("Nothing needs Swift's concurrency runtime")
    func concurrency() { check(TidyTests.sources, Rules.concurrency) }

    @Test("Nothing is left to be done in comments")
    func leftovers() { check(TidyTests.sources + TidyTests.tests, Rules.leftovers) }

    @Test("No file only holds a place")
    func placeholders() { check(TidyTests.sources + TidyTests.tests, Rules.placeholders) }

    @Test("What other rooms see is documented")
    func documentation() { check(TidyTests.sources, Rules.documentation) }

    /// The page's, which are Python.
    private static let others: Set<String> = ["Browser"]

    @Test("Every test target has a test")
    func targets() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            at: TidyTests.root.appendingPathComponent("Tests"),
            includingPropertiesForKeys: [.isDirectoryKey]
        )
        for folder in folders {
            let name = folder.lastPathComponent
            let isFolder = try folder.resourceValues(forKeys: [.isDirectoryKey]).isDirectory
            guard isFolder == true, !name.hasSuffix("Support"), !TidyTests.others.contains(name)
            else { continue }
            let hasTest = TidyTests.tests.contains { file in
                file.room == name && file.code.contains { $0.contains("@Test") }
            }
            #expect(hasTest, "Tests/\(name) has no @Test")
        }
    }

    private func check(
        _ files: [SourceFile],
        _ rule: (SourceFile) -> [String],
        _ location: SourceLocation = #_sourceLocation
    ) {
        for offence in files.flatMap(rule) {
            Issue.record(Comment(rawValue: offence), sourceLocation: location)
        }
    }

    private static func swiftFiles(in folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
        return (names ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            let url = base.appendingPathComponent(name)
            return (try? String(contentsOf: url, encoding: .utf8)).map {
                SourceFile(path: folder + "/" + name, text: $0)
            }
        }
    }
}
