/// Finds in an entry what its facts alone do not say; made once, used by any thread.
///
/// Pure: the same entry gives the same analysis. Time grows with the length of the texts only.
package struct Analyser: Sendable {
    private let secrets = SecretScanner()
    private let tagger = ClassicTagger()
    private let languages = LanguageGuesser()

    /// An analyser with all rules.
    package init() {}

    /// What is in each message, call and access of an entry, in their order.
    package func analyse(_ entry: Entry) -> EntryAnalysis {
        var analysis = EntryAnalysis()
        var shown: ShownInputs?
        for fact in entry.facts {
            switch fact {
            case .message(let message): analysis.messages.append(analyse(message))
            case .call(let call):
                let inputs = shown ?? ShownInputs(entry)
                shown = inputs
                analysis.calls.append(analyse(call, isInputShown: inputs.have(call)))
            case .access(let access): analysis.accesses.append(analyse(access))
            default: break
            }
        }
        return analysis
    }

    private func analyse(_ message: MessageFact) -> MessageAnalysis {
        var analysis = MessageAnalysis()
        var text = message.text
        text.withUTF8 { text in
            analysis.findings = secrets.findings(in: text)
            let traits = TextTraits(text)
            analysis.hasCode = traits.hasCode
            analysis.hasPaths = traits.hasPaths
            if Analyser.isSpoken(message.kind) { analysis.language = languages.language(of: text) }
            if message.kind == .prompt || message.kind == .text {
                analysis.tags = tagger.tags(text, speaker: message.role.rawValue)
            }
        }
        return analysis
    }

    /// Whether a text is somebody's words; what tools take and give is in no language.
    private static func isSpoken(_ kind: MessageKind) -> Bool {
        switch kind {
        case .toolUse, .toolResult, .commandOutput: false
        default: true
        }
    }

    private func analyse(_ call: ToolCallFact, isInputShown: Bool) -> CallAnalysis {
        var analysis = CallAnalysis(category: ToolCategory.of(call))
        analysis.usesNetwork = analysis.category == "network"
        if var path = call.filePath {
            path.withUTF8 { path in
                analysis.isSensitive = SensitivePath(path) != nil
                analysis.touchesSystemFiles = PathPlace.isSystem(path)
            }
            analysis.changesSystemFiles = analysis.touchesSystemFiles && FileTool.changes(call.name)
        }
        if let command = call.command { add(CommandRisk(command), command, to: &analysis) }
        if !isInputShown { analysis.findings += secrets.findings(in: call.input) }
        return analysis
    }

    private func add(_ risk: CommandRisk, _ command: String, to analysis: inout CallAnalysis) {
        analysis.isSensitive = analysis.isSensitive || risk.isSensitive
        analysis.touchesSystemFiles = analysis.touchesSystemFiles || risk.touchesSystemFiles
        analysis.changesSystemFiles = analysis.changesSystemFiles || risk.changesSystemFiles
        analysis.usesNetwork = analysis.usesNetwork || risk.usesNetwork
        analysis.danger = risk.dangers.min { $0.severity < $1.severity }?.rule
        guard !risk.dangers.isEmpty else { return }
        let hidden = secrets.findings(in: command)
        analysis.findings += risk.dangers.map { $0.finding(in: command, hiding: hidden) }
    }

    private func analyse(_ access: FileAccessFact) -> AccessAnalysis {
        var analysis = AccessAnalysis()
        var path = access.path
        let sensitive = path.withUTF8 { path in
            analysis.fileExtension = FileKind.fileExtension(of: path)
            analysis.contentType = FileKind.contentType(of: path)
            return SensitivePath(path)
        }
        guard let sensitive else { return analysis }
        analysis.isSensitive = true
        analysis.findings = [
            Finding(
                kind: .sensitive,
                rule: sensitive.rule + (access.operation.isChange ? "_write" : "_read"),
                severity: sensitive.severity,
                confidence: .definite,
                masked: access.path,
                range: 0..<access.path.utf8.count
            )
        ]
        return analysis
    }
}

/// The calls whose input a message of their entry has as its text: then its secrets are found there.
private struct ShownInputs {
    private var calls: Set<String> = []
    /// Of messages without a call's identifier.
    private var blocks: Set<Int> = []

    init(_ entry: Entry) {
        for case .message(let message) in entry.facts where message.kind == .toolUse {
            if let call = message.callID {
                calls.insert(call)
            } else {
                blocks.insert(message.block)
            }
        }
    }

    func have(_ call: ToolCallFact) -> Bool {
        call.callID.map(calls.contains) ?? blocks.contains(call.block)
    }
}

/// Tools that change the file that they name.
enum FileTool {
    private static let changing = WordSet([
        "write", "edit", "multiedit", "notebookedit", "apply_patch", "write_file", "replace",
        "edit_file", "create_file", "delete_file", "create", "str_replace", "insert",
        "search_replace", "patch",
    ])

    static func changes(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { changing.contains(ignoringCase: $0) }
    }
}

extension FileOperation {
    /// Whether the file is another one afterwards.
    package var isChange: Bool {
        switch self {
        case .write, .edit, .delete: true
        case .read, .list, .search, .attach, .backup: false
        }
    }
}
