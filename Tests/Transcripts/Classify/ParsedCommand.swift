import Transcripts

/// A command of a script with its texts taken out of it.
struct ParsedCommand: Sendable {
    struct Word: Sendable {
        var text: String
        var isQuoted: Bool
    }

    struct Redirection: Sendable {
        var sign: String
        var target: Word
    }

    var words: [Word]
    var redirections: [Redirection]
    var document: String?
    var pipeline: Int
    var position: Int
    var range: Range<Int>

    static func commands(in script: String) -> [ParsedCommand] {
        ShellParser.withCommands(in: script) { $0.map(ParsedCommand.init) }
    }

    private init(_ command: ShellCommand) {
        words = command.words.map(ParsedCommand.word)
        redirections = command.redirections.map {
            Redirection(sign: $0.sign.rawValue, target: ParsedCommand.word($0.target))
        }
        document = command.document.map { String(decoding: $0, as: UTF8.self) }
        pipeline = command.pipeline
        position = command.position
        range = command.range
    }

    private static func word(_ word: ShellWord) -> Word {
        Word(text: String(decoding: word.text, as: UTF8.self), isQuoted: word.isQuoted)
    }
}
