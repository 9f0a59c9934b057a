/// Gives texts their classic tags; made once, used by any thread.
package struct ClassicTagger: Sendable {
    /// What rows of these tags say in `ruleset`.
    package static let ruleset = ClassicRules.ruleset

    private let matcher = ClassicMatcher()
    private let keywords: [String]

    /// A tagger with all rules.
    package init() {
        keywords = Set(ClassicRules.chains.flatMap(\.keywords)).sorted()
    }

    /// The tags of a message.
    ///
    /// - Parameter speaker: the speaker's role; one with "architect" in it is of tier A whatever is said.
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
            keywords: Array(keywords.lazy.filter { matcher.has($0, lower) }.prefix(10)),
            messageType: MessageTypeRule.type(of: text, speaker: speaker),
            projectTag: projectTag(project),
            taskCategory: taskCategory(lower)
        )
    }

    /// The chain with most of its keywords in the text, the first of equals.
    private func chain(_ hits: ClassicHits) -> String {
        var best = (name: ClassicRules.defaultChain, score: 0)
        for chain in ClassicRules.chains {
            let score = chain.keywords.count { matcher.has($0, hits) }
            if score > best.score { best = (chain.name, score) }
        }
        return best.name
    }

    private func tier(_ speaker: String, _ hits: ClassicHits) -> String {
        if speaker.lowercased().contains("architect") { return "A" }
        if ClassicRules.strategic.contains(where: { matcher.has($0, hits) }) { return "A" }
        return ClassicRules.consulting.contains { matcher.has($0, hits) } ? "C" : "E"
    }

    private func shlTags(_ hits: ClassicHits) -> [String] {
        ClassicRules.shl.enumerated().filter { number, rule in
            hits.tags[number] || rule.phrases.contains { matcher.has($0, hits) }
        }.map(\.element.tag)
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
        let category = ClassicRules.tasks.first { task in
            task.matches.contains { matcher.has($0, hits) }
        }
        return category?.name ?? ClassicRules.defaultTask
    }
}
