/// Gives texts their classic tags; made once, used by any thread.
package struct ClassicTagger: Sendable {
    /// What rows of these tags say in `ruleset`.
    package static let ruleset = ClassicRules.ruleset

    private let matcher: ClassicMatcher
    private let chains: [(name: String, texts: [Int])]
    private let strategic: [Int]
    private let consulting: [Int]
    /// Of each SHL tag the texts that set it wherever they stand.
    private let phrases: [[Int]]
    private let keywords: [(text: String, number: Int)]
    private let tasks: [(name: String, matches: [[Int]])]

    /// A tagger with all rules.
    package init() {
        let matcher = ClassicMatcher()
        func numbers(_ texts: [String]) -> [Int] { texts.map(matcher.number) }
        self.matcher = matcher
        chains = ClassicRules.chains.map { ($0.name, numbers($0.keywords)) }
        strategic = numbers(ClassicRules.strategic)
        consulting = numbers(ClassicRules.consulting)
        phrases = ClassicRules.shl.map { numbers($0.phrases) }
        keywords = Set(ClassicRules.chains.flatMap(\.keywords)).sorted().map {
            ($0, matcher.number(of: $0))
        }
        tasks = ClassicRules.tasks.map { ($0.name, $0.matches.map(numbers)) }
    }

    /// The keywords of a list that was joined by blanks, although some have a blank of their own ("3d model").
    package static func keywords(joined text: String) -> [String] {
        var words = text.split(separator: " ").map(String.init)[...]
        var keywords: [String] = []
        while let word = words.popFirst() {
            if let next = words.first, twoWords.contains(word + " " + next) {
                keywords.append(word + " " + next)
                words.removeFirst()
            } else {
                keywords.append(word)
            }
        }
        return keywords
    }

    private static let twoWords = Set(
        ClassicRules.chains.flatMap(\.keywords).filter { $0.contains(" ") }
    )

    /// The tags of a message; a speaker whose role has "architect" in it is of tier A whatever is said.
    package func tags(_ text: String, speaker: String) -> TagSet {
        var text = text
        return text.withUTF8 { tags($0, speaker: speaker) }
    }

    func tags(_ text: TextBytes, speaker: String) -> TagSet {
        guard FoldedText.isNeeded(text) else {
            let hits = matcher.hits(in: text)
            return tags(text, speaker, lower: hits, shl: hits, project: hits)
        }
        return tags(
            text,
            speaker,
            lower: hits(text, .lower),
            shl: hits(text, .lowerThenIgnore),
            project: hits(text, .ignore)
        )
    }

    private func hits(_ text: TextBytes, _ folding: FoldedText.Folding) -> ClassicHits {
        FoldedText.folded(text, folding).withUnsafeBufferPointer { matcher.hits(in: $0) }
    }

    private func tags(
        _ text: TextBytes,
        _ speaker: String,
        lower: ClassicHits,
        shl: ClassicHits,
        project: ClassicHits
    ) -> TagSet {
        let chain = chain(lower)
        return TagSet(
            domainChain: chain,
            aceTier: tier(speaker, lower),
            shl: shlTags(shl) + ["@Chain-" + chain],
            keywords: keywords.lazy.filter { lower.has($0.number) }.prefix(10).map(\.text),
            messageType: MessageTypeRule.type(of: text, speaker: speaker),
            projectTag: projectTag(project),
            taskCategory: taskCategory(lower)
        )
    }

    /// The chain with most of its keywords in the text, the first of equals.
    private func chain(_ hits: ClassicHits) -> String {
        var best = (name: ClassicRules.defaultChain, score: 0)
        for chain in chains {
            let score = chain.texts.count { hits.has($0) }
            if score > best.score { best = (chain.name, score) }
        }
        return best.name
    }

    private func tier(_ speaker: String, _ hits: ClassicHits) -> String {
        if ClassicTagger.isArchitect(speaker) { return "A" }
        if strategic.contains(where: hits.has) { return "A" }
        return consulting.contains(where: hits.has) ? "C" : "E"
    }

    private static func isArchitect(_ speaker: String) -> Bool {
        var speaker = speaker
        let found: Bool? = speaker.withUTF8 { bytes in
            // What letters beyond ASCII become in lower case is not told by their bytes.
            bytes.allSatisfy { $0 < 0x80 } ? bytes.hasIgnoringCase("architect") : nil
        }
        return found ?? speaker.lowercased().contains("architect")
    }

    private func shlTags(_ hits: ClassicHits) -> [String] {
        ClassicRules.shl.indices.filter { hits.tags[$0] || phrases[$0].contains(where: hits.has) }
            .map { ClassicRules.shl[$0].tag }
    }

    private func projectTag(_ hits: ClassicHits) -> String? {
        var best: (name: String, count: Int)?
        for (number, project) in ClassicRules.projects.enumerated()
        where hits.projects[number] > best?.count ?? 0 {
            best = (project.name, hits.projects[number])
        }
        return best?.name
    }

    private func taskCategory(_ hits: ClassicHits) -> String {
        let category = tasks.first { task in
            task.matches.contains { texts in
                texts.count == 2 ? hits.has(texts[0], then: texts[1]) : texts.allSatisfy(hits.has)
            }
        }
        return category?.name ?? ClassicRules.defaultTask
    }
}
