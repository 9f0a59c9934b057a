import Catalog
import Core
import TestSupport
import Transcripts

/// Files as tools leave them at their worst: forks, resumed sessions, copies with other contents and times, side
/// conversations that replay messages, generations, withdrawals, records without time or identity.
struct History {
    private(set) var files: [SampleFile] = []
    private var random: SeededRandom
    private var templates: [[Fact]] = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        for number in 0..<30 { templates.append(facts(number)) }
        for number in 0..<Int.random(in: 3...7, using: &random) { files.append(file(number)) }
    }

    private mutating func pick(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func file(_ number: Int) -> SampleFile {
        var file = SampleFile(
            UInt64(number / 2 * 97 % 11 + 1),
            generation: Generation(number % 2 + 1),
            agent: UInt64(number % 3),
            owner: number == 5 ? "bob" : "ann"
        )
        let isSide = random.oneIn(3)
        let session = "s\(pick(0..<4))" + (isSide ? "/agent" : "")
        let timeless = random.oneIn(2) ? pick(0..<5) : 0
        let start = pick(0..<10)
        let count = pick(1..<22)
        for index in 0..<count {
            let template = (start + index) % templates.count
            var told = templates[template]
            if random.oneIn(4) { told = told.map { varied($0) } }
            file.append(
                event: template % 7 == 6 ? nil : "u\(template)",
                session: random.oneIn(9) ? nil : random.oneIn(6) ? "s\(pick(0..<4))" : session,
                at: index < timeless || random.oneIn(8)
                    ? nil : Int64(template * 10 + (random.oneIn(4) ? pick(0..<30) : 0)),
                sidechain: isSide || random.oneIn(8),
                status: random.oneIn(15) ? .recovered : .ok,
                told,
                analysis(of: told)
            )
        }
        return file
    }

    private mutating func facts(_ number: Int) -> [Fact] {
        var told: [Fact] = []
        for block in 0..<pick(0..<3) { told.append(message(number, block)) }
        if random.oneIn(2) { told.append(response()) }
        if random.oneIn(2) { told.append(call(number)) }
        if random.oneIn(2) { told.append(result(number)) }
        if random.oneIn(3) { told.append(access(number)) }
        if random.oneIn(3) { told.append(.session(session())) }
        if random.oneIn(8) { told.append(.compaction(CompactionFact())) }
        if random.oneIn(9) {
            told.append(
                .retraction(
                    RetractionFact(
                        keys: random.oneIn(4) ? [] : ["k\(pick(0..<4))", "u\(pick(0..<30))"],
                        version: UInt64(pick(1..<4))
                    )
                )
            )
        }
        if random.oneIn(6) {
            told.append(.attachment(AttachmentFact(ordinal: 0, kind: .image, size: 12)))
        }
        return told
    }

    private mutating func message(_ number: Int, _ block: Int) -> Fact {
        let kinds: [MessageKind] = [.prompt, .text, .toolResult, .thinking]
        var fact = MessageFact(
            block: block,
            role: .user,
            kind: kinds[pick(0..<4)],
            text: "words of \(number) block\(block) " + String(repeating: "x", count: pick(0..<300))
        )
        if random.oneIn(3) {
            fact.key = "k\(pick(0..<4))"
            fact.version = UInt64(pick(0..<3))
        }
        if random.oneIn(2) { fact.callID = "c\(pick(0..<8))" }
        return .message(fact)
    }

    private mutating func response() -> Fact {
        var usage = TokenUsage()
        usage.input = Int64(pick(0..<5))
        usage.output = Int64(pick(0..<3))
        usage.cacheRead = Int64(pick(0..<3) * 1000)
        let key = ResponseKey(
            messageID: "m\(pick(0..<6))",
            requestID: random.oneIn(4) ? nil : "r\(pick(0..<3))"
        )
        var fact = ResponseFact(
            key: random.oneIn(8) ? nil : key,
            model: ["model-a", "model-b", "other", nil][pick(0..<4)],
            usage: usage
        )
        fact.isCopy = random.oneIn(4)
        fact.isError = random.oneIn(8)
        fact.speed = random.oneIn(4) ? "fast" : nil
        fact.stopReason = random.oneIn(2) ? "end_turn" : nil
        return .response(fact)
    }

    private mutating func call(_ number: Int) -> Fact {
        var fact = ToolCallFact(
            callID: random.oneIn(6) ? nil : "c\(pick(0..<8))",
            block: 0,
            name: "Bash",
            input: "{\"command\":\"run \(number)\"}"
        )
        fact.command = random.oneIn(3) ? nil : "run thing\(number)"
        fact.filePath = random.oneIn(2) ? "/src/file\(pick(0..<3)).swift" : nil
        fact.version = UInt64(pick(0..<2))
        return .call(fact)
    }

    private mutating func result(_ number: Int) -> Fact {
        var fact = ToolResultFact(
            callID: random.oneIn(6) ? nil : "c\(pick(0..<8))",
            block: random.oneIn(2) ? 0 : 1,
            outcome: random.oneIn(3) ? .error : .success,
            size: Int64(number)
        )
        fact.durationMilliseconds = random.oneIn(3) ? Int64(pick(0..<100)) : nil
        fact.version = UInt64(pick(0..<2))
        return .result(fact)
    }

    private mutating func access(_ number: Int) -> Fact {
        var fact = FileAccessFact(
            ordinal: 0,
            path: "/src/file\(pick(0..<4)).swift",
            operation: random.oneIn(2) ? .read : .edit
        )
        fact.callID = random.oneIn(2) ? "c\(pick(0..<8))" : nil
        fact.size = random.oneIn(2) ? Int64(number) : nil
        return .access(fact)
    }

    private mutating func session() -> SessionFact {
        var fact = SessionFact()
        fact.workingDirectory = random.oneIn(2) ? "/home/ann/project\(pick(0..<3))" : nil
        fact.gitBranch = random.oneIn(2) ? "branch\(pick(0..<3))" : nil
        fact.version = random.oneIn(2) ? "1.\(pick(0..<3))" : nil
        fact.parent = random.oneIn(6) ? "s\(pick(0..<4))" : nil
        fact.turnMilliseconds = random.oneIn(4) ? Int64(pick(1..<100)) : nil
        let sources: [TitleSource] = [.firstPrompt, .summary, .agent, .custom]
        if random.oneIn(2) {
            fact.title = SessionFact.Title(
                source: sources[pick(0..<4)],
                text: "title \(pick(0..<20))",
                leaf: random.oneIn(2) ? "u\(pick(0..<30))" : nil
            )
        }
        return fact
    }

    private mutating func varied(_ fact: Fact) -> Fact {
        switch fact {
        case .message(var message):
            message.text += " varied\(pick(0..<3))"
            return .message(message)
        case .response(var response):
            response.usage.output += Int64(pick(0..<3))
            response.isCopy.toggle()
            return .response(response)
        default: return fact
        }
    }

    private func analysis(of told: [Fact]) -> EntryAnalysis {
        var analysis = EntryAnalysis()
        for fact in told {
            switch fact {
            case .message(let message): analysis.messages.append(found(in: message))
            case .call(let call):
                var found = CallAnalysis(category: "shell")
                found.danger = call.command == nil ? nil : "recursive_delete"
                analysis.calls.append(found)
            case .access: analysis.accesses.append(AccessAnalysis())
            default: break
            }
        }
        return analysis
    }

    private func found(in message: MessageFact) -> MessageAnalysis {
        var found = MessageAnalysis()
        let count = message.text.utf8.count
        if count % 3 == 0 {
            found.findings = [
                Finding(
                    kind: .secret,
                    rule: "rule\(count % 2)",
                    severity: .high,
                    confidence: .definite,
                    masked: "sk-…",
                    value: "sk-\(count)",
                    range: 0..<(count % 7)
                )
            ]
        }
        if count % 2 == 0 {
            found.tags = TagSet(
                domainChain: "A/B",
                aceTier: "A",
                shl: ["@Status-Ready"],
                keywords: ["k\(count % 5)"],
                messageType: "statement",
                projectTag: nil,
                taskCategory: nil
            )
        }
        return found
    }
}
