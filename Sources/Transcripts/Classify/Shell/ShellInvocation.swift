/// A program that a script runs, with what wraps it taken off.
struct ShellInvocation: BitwiseCopyable {
    /// What stands around the program.
    struct Wrapping: BitwiseCopyable {
        var count = 0
        /// By `sudo` or `doas`.
        var isRaised = false
        var isByXargs = false
        /// By `xargs` or `parallel`: words come from its input.
        var takesInput = false

        mutating func add(_ name: TextBytes) {
            count += 1
            switch name {
            case "sudo", "doas": isRaised = true
            case "xargs":
                isByXargs = true
                takesInput = true
            case "parallel": takesInput = true
            default: break
            }
        }
    }

    /// The last component of the program's path.
    var name: TextBytes
    var traits: ProgramTraits
    var arguments: ShellWords
    /// The command that it stands in, by its index in the program's list.
    var command: Int
    /// What wraps it ("sudo", "xargs", "ssh").
    var wrapping = Wrapping()
    /// Where `cd` went before it, by its index in the program's list; -1: nowhere.
    var folder: Int
    /// Whether its command has redirections.
    let isRedirected: Bool

    /// Whether no rule has anything to ask of it.
    var isHarmless: Bool { traits.isEmpty && arguments.isEmpty && !isRedirected }

    /// Arguments that are no options.
    var operands: [TextBytes] { arguments.filter(\.isOperand).map(\.text) }

    func has(_ option: StaticString) -> Bool {
        arguments.contains { $0.text == option }
    }

    func has(_ options: WordSet) -> Bool {
        arguments.contains { options.contains($0.text) }
    }

    /// Whether one of a set of letters stands in a group of short options ("r" in "-rf").
    func hasLetter(_ letters: ByteSet) -> Bool {
        arguments.contains { $0.isShortOption && $0.text.contains(where: letters.contains) }
    }

    /// The value of an option, as the next word or behind "=".
    func value(of options: [StaticString]) -> TextBytes? {
        for index in arguments.indices {
            let text = arguments[index].text
            guard arguments[index].isOption else { continue }
            for option in options where text.begins(option) {
                let length = option.utf8CodeUnitCount
                if text.count == length {
                    return index + 1 < arguments.count ? arguments[index + 1].text : nil
                }
                if text[length] == UInt8(ascii: "=") { return text.from(length + 1) }
            }
        }
        return nil
    }

    /// The first operand, which names what a program with many commands is to do.
    var verb: TextBytes { operand(0) }

    /// An operand by its number; empty where there is none.
    func operand(_ number: Int) -> TextBytes {
        var left = number
        for word in arguments where word.isOperand {
            if left == 0 { return word.text }
            left -= 1
        }
        return TextBytes(start: nil, count: 0)
    }
}
