/// Redirections and here-documents.
extension ShellParser {
    /// Reads a redirection with its target, if one stands here.
    mutating func parseRedirection(_ slot: inout Slot) -> Bool {
        let start = index
        while at(0).isASCIIDigit { index += 1 }
        if at(0) == UInt8(ascii: "&"), index == start { index += 1 }
        let first = at(0)
        let isSubstitution = at(1) == UInt8(ascii: "(") && index == start
        guard first == UInt8(ascii: "<") || first == UInt8(ascii: ">"), !isSubstitution else {
            index = start
            return false
        }
        var sign = String(UnicodeScalar(first))
        index += 1
        if first == UInt8(ascii: "<"), at(0) == UInt8(ascii: "<") {
            parseDocument(&slot)
            return true
        }
        if [UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "&")].contains(at(0)) {
            sign.unicodeScalars.append(UnicodeScalar(at(0)))
            index += 1
        }
        skipBlanks()
        slot.command.redirections.append(ShellRedirection(sign: sign, target: parseWord()))
        return true
    }

    private mutating func skipBlanks() {
        while at(0) == UInt8(ascii: " ") || at(0) == UInt8(ascii: "\t") { index += 1 }
    }

    /// The second `<` stands at `index`.
    private mutating func parseDocument(_ slot: inout Slot) {
        index += 1
        if at(0) == UInt8(ascii: "<") {
            index += 1
            skipBlanks()
            let word = parseWord()
            slot.command.document = word.text
            slot.command.redirections.append(ShellRedirection(sign: "<<<", target: word))
            return
        }
        let stripsTabs = at(0) == UInt8(ascii: "-")
        if stripsTabs { index += 1 }
        skipBlanks()
        let start = index
        let delimiter = parseWord()
        let isQuoted = delimiter.isQuoted || text[start..<index].contains(UInt8(ascii: "\\"))
        slot.command.document = slot.command.document ?? ""
        documents.append(
            PendingDocument(
                command: nil,
                delimiter: Array(delimiter.text.utf8),
                stripsTabs: stripsTabs,
                isQuoted: isQuoted
            )
        )
    }

    /// Reads the bodies that are due, after a newline.
    mutating func readDocuments() {
        let due = documents
        documents = []
        for document in due {
            var body: [UInt8] = []
            while index < text.count {
                let end = text[index...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
                var line = text[index..<end]
                index = min(end + 1, text.count)
                if document.stripsTabs { line = line.drop { $0 == UInt8(ascii: "\t") } }
                if line.elementsEqual(document.delimiter) { break }
                body += line
                body.append(UInt8(ascii: "\n"))
            }
            attach(body, document)
        }
    }

    private mutating func attach(_ body: [UInt8], _ document: PendingDocument) {
        guard let command = document.command, command < commands.count else { return }
        commands[command].document = String(decoding: body, as: UTF8.self)
        guard !document.isQuoted, depth < ShellParser.deepest,
            body.contains(UInt8(ascii: "$")) || body.contains(UInt8(ascii: "`"))
        else { return }
        var inner = ShellParser(
            body,
            depth: depth + 1,
            range: commands[command].range,
            firstPipeline: nextPipeline
        )
        var word = ShellWord("")
        var bytes: [UInt8] = []
        inner.parseQuoted(&word, &bytes, until: nil)
        adopt(inner, &word)
    }

    /// Takes over the commands of a parser of an inner text, as commands of a word.
    mutating func adopt(_ inner: ShellParser, _ word: inout ShellWord) {
        let offset = commands.count
        nextPipeline = inner.nextPipeline
        for var command in inner.commands {
            for index in command.words.indices {
                command.words[index].commands = command.words[index].commands.map { $0 + offset }
            }
            commands.append(command)
        }
        word.commands += offset..<commands.count
    }
}
