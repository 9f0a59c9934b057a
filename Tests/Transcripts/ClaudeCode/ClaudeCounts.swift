import Transcripts

/// Counts facts as a catalog keeps them: of copies of an event, a response or a call only one.
struct ClaudeCounts {
    private struct Known {
        var fact: ResponseFact
        var isSidechain: Bool
    }

    private(set) var calls: [String: ToolCallFact] = [:]
    private(set) var results: [String: ToolResultFact] = [:]
    private(set) var prompts = 0
    private var accesses: [FileAccessFact] = []
    private var known: [ResponseKey: Known] = [:]
    private var ids: [String: [ResponseKey]] = [:]
    private var keyless: [ResponseFact] = []
    private var events: Set<String> = []

    init(_ entries: [Entry] = []) { for entry in entries { add(entry) } }

    var responses: [ResponseFact] { known.values.map(\.fact) + keyless }

    func paths(_ operations: Set<FileOperation>) -> Set<String> {
        Set(accesses.filter { operations.contains($0.operation) }.map(\.path))
    }

    mutating func add(_ entry: Entry) {
        let place = "\(entry.position.offset)/\(entry.position.ordinal)"
        let isCopy = entry.eventKey.map { !events.insert($0).inserted } ?? false
        for fact in entry.facts {
            switch fact {
            case .call(let call):
                calls[call.callID ?? "\(entry.eventKey ?? place)/\(call.block)"] = call
            case .result(let result):
                let key = result.callID ?? "\(entry.eventKey ?? place)/\(result.block)"
                if let former = results[key], former.version > result.version { continue }
                results[key] = result
            case .message(let message):
                if message.kind == .prompt, !isCopy { prompts += 1 }
            case .access(let access): accesses.append(access)
            case .response(let response): add(response, entry.isSidechain, isCopy)
            default: break
            }
        }
    }

    private mutating func add(_ fact: ResponseFact, _ isSidechain: Bool, _ isEventCopy: Bool) {
        guard let key = fact.key else {
            if !isEventCopy { keyless.append(fact) }
            return
        }
        let same = (ids[key.messageID] ?? []).first { other in
            other == key || isSidechain || known[other]?.isSidechain == true
        }
        guard let same, let former = known[same] else {
            known[key] = Known(fact: fact, isSidechain: isSidechain)
            ids[key.messageID, default: []].append(key)
            return
        }
        let isBetter =
            former.isSidechain == isSidechain
            ? fact.usage.total > former.fact.usage.total : former.isSidechain
        if isBetter { known[same] = Known(fact: fact, isSidechain: isSidechain) }
    }
}
