/// Redirections and here-documents.
extension ShellParser {
    /// Reads a redirection with its target, if one stands here.
    mutating func parseRedirection(_ slot: inout Slot) -> Bool {
        let start = frame.index
        while at(0).isASCIIDigit { frame.index += 1 }
        if at(0) == UInt8(ascii: "&"), frame.index == start { frame.index += 1 }
        let first = at(0)
        let isSubstitution = at(1) == UInt8(ascii: "(") && frame.index == start
        guard first == UInt8(ascii: "<") || first == UInt8(ascii: ">"), !isSubstitution else {
            frame.index = start
            return false
        }
        frame.index += 1
        if first == UInt8(ascii: "<"), at(0) == UInt8(ascii: "<") {
            parseDocument(&slot)
            return true
        }
        let sign = parseSign(isInput: first == UInt8(ascii: "<"))
        skipBlanks()
        redirections.append(ShellRedirection(sign: sign, target: parseWord()))
        return true
    }

    /// What may follow the first byte of a sign.
    private mutating func parseSign(isInput: Bool) -> ShellRedirection.Sign {
        frame.index += 1
        switch at(-1) {
        case UInt8(ascii: ">"): return isInput ? .inputOutput : .append
        case UInt8(ascii: "|"): return isInput ? .inputPipe : .clobber
        case UInt8(ascii: "&"): return isInput ? .inputCopy : .outputCopy
        default:
            frame.index -= 1
            return isInput ? .input : .output
        }
    }

    private mutating func skipBlanks() {
        while at(0) == UInt8(ascii: " ") || at(0) == UInt8(ascii: "\t") { frame.index += 1 }
    }

    /// The second `<` stands at the frame's index.
    private mutating func parseDocument(_ slot: inout Slot) {
        frame.index += 1
        if at(0) == UInt8(ascii: "<") {
            frame.index += 1
            skipBlanks()
            let word = parseWord()
            slot.input = ShellParser.present(word.text)
            redirections.append(ShellRedirection(sign: .string, target: word))
            return
        }
        let stripsTabs = at(0) == UInt8(ascii: "-")
        if stripsTabs { frame.index += 1 }
        skipBlanks()
        let start = frame.index
        let delimiter = parseWord()
        let written = frame.text.part(start..<frame.index)
        if slot.input.baseAddress == nil { slot.input = ShellParser.present(written.upTo(0)) }
        documents.append(
            PendingDocument(
                delimiter: delimiter.text,
                stripsTabs: stripsTabs,
                isQuoted: delimiter.isQuoted || written.contains(UInt8(ascii: "\\"))
            )
        )
    }

    private static let tab = ByteSet("\t")
    private static let nothing: StaticString = ""

    /// The text, with an address also when it is empty.
    private static func present(_ text: TextBytes) -> TextBytes {
        text.baseAddress == nil ? TextBytes(start: nothing.utf8Start, count: 0) : text
    }

    /// Reads the bodies that are due, after a newline.
    mutating func readDocuments() {
        let due = frame.firstDocument..<documents.count
        guard !due.isEmpty else { return }
        for number in due {
            let document = documents[number]
            let body = readBody(document)
            if document.command >= 0 { attach(body, document) }
        }
        documents.removeLast(documents.count - due.lowerBound)
        frame.openDocument = documents.count
    }

    /// The lines up to the delimiter, each with its newline, also the last one of a text that has none.
    private mutating func readBody(_ document: PendingDocument) -> TextBytes {
        let text = frame.text
        let start = frame.index
        let firstSpilled = spilled.count
        var bodyEnd = text.count
        while frame.index < text.count {
            let end = text.endOfLine(from: frame.index)
            var line = frame.index
            frame.index = min(end + 1, text.count)
            if document.stripsTabs {
                line = text.end(of: ShellParser.tab, from: line, limit: end - line)
            }
            if text.part(line..<end).isSame(document.delimiter) {
                bodyEnd = min(bodyEnd, line)
                break
            }
            if document.stripsTabs {
                spilled.append(contentsOf: text.part(line..<end))
                spilled.append(UInt8(ascii: "\n"))
            }
        }
        defer { spilled.removeLast(spilled.count - firstSpilled) }
        if document.stripsTabs {
            return ShellParser.present(arena.copy(spilled[firstSpilled...]))
        }
        let body = ShellParser.present(text.part(min(start, bodyEnd)..<bodyEnd))
        let isOpen = bodyEnd == text.count && !body.isEmpty && !body.ends("\n")
        return isOpen ? arena.join(body, "\n", body.upTo(0)) : body
    }

    private mutating func attach(_ body: TextBytes, _ document: PendingDocument) {
        commands[document.command].setDocument(body, arena)
        guard !document.isQuoted, frame.depth < ShellParser.deepest,
            body.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") })
        else { return }
        parseInner(body, range: commands[document.command].range) { parser in
            var draft = parser.openDraft()
            parser.parseQuoted(&draft, until: nil)
            parser.drop(draft)
        }
    }
}
