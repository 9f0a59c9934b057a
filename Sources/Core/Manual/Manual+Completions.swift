/// Completions for the shells that people use, in each one's own way.
extension Manual {
    /// The script for "bash", "zsh" or "fish"; nil for another.
    package func completion(_ shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    /// The program's name as part of a function's.
    private var function: String {
        "_" + String(program.map { $0 == "-" ? "_" : $0 })
    }

    private func all(_ command: ManualCommand) -> [ManualOption] {
        command.options + options + [ManualOption("--help", .none, "explain the command")]
    }

    // MARK: bash

    private var bash: String {
        let names = commands.map(\.name).joined(separator: " ")
        var cases = ""
        for command in commands {
            cases += "    \(command.name))\n        options=\""
            cases += all(command).map(\.name).joined(separator: " ") + "\"\n"
            cases += "        words=\"\(command.actions.joined(separator: " "))\"\n"
            if command.takesPaths { cases += "        paths=1\n" }
            let values = all(command).compactMap(Manual.bashValue)
            cases += values.joined() + "        ;;\n"
        }
        return """
            # bash completion for \(program)
            \(function)() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
                local command= options= words= paths= value= index
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    case ${COMP_WORDS[index]} in
                    -*) ;;
                    *)
                        command=${COMP_WORDS[index]}
                        break
                        ;;
                    esac
                done
                case $command in
                "") words="\(names)" options="--help --version" ;;
            \(cases)    esac
                case $value in
                file) COMPREPLY=($(compgen -f -- "$current")) && compopt -o filenames 2>/dev/null ;;
                folder) COMPREPLY=($(compgen -d -- "$current")) && compopt -o filenames 2>/dev/null ;;
                text) ;;
                "")
                    case $current in
                    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
                    *)
                        [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$current"))
                        [ -z "$paths" ] || {
                            COMPREPLY=($(compgen -f -- "$current"))
                            compopt -o filenames 2>/dev/null
                        }
                        ;;
                    esac
                    ;;
                *) COMPREPLY=($(compgen -W "$value" -- "$current")) ;;
                esac
                return 0
            }
            complete -F \(function) \(program)

            """
    }

    private static func bashValue(_ option: ManualOption) -> String? {
        let value: String
        switch option.value {
        case .none: return nil
        case .text: value = "text"
        case .file: value = "file"
        case .folder: value = "folder"
        case .choice(let words): value = words.joined(separator: " ")
        }
        return "        [ \"$previous\" != \(option.name) ] || value=\"\(value)\"\n"
    }

    // MARK: zsh

    private var zsh: String {
        var cases = ""
        for command in commands {
            var words = all(command).map(Manual.zshOption)
            if !command.actions.isEmpty {
                words.append("'1:action:(\(command.actions.joined(separator: " ")))'")
            } else if command.takesPaths {
                words.append("'*:file:_files'")
            }
            cases += "    \(command.name)) _arguments \(words.joined(separator: " ")) ;;\n"
        }
        let names = commands.map { "        '\($0.name):\(Manual.zshText($0.forms[0].summary))'\n" }
        return """
            #compdef \(program)
            # zsh completion for \(program)
            \(function)() {
                local -a commands
                commands=(
            \(names.joined())    )
                if ((CURRENT == 2)); then
                    _describe command commands
                    return
                fi
                local command=$words[2]
                shift words
                ((CURRENT--))
                case $command in
            \(cases)    esac
            }
            \(function) "$@"

            """
    }

    private static func zshOption(_ option: ManualOption) -> String {
        let head = "\(option.name)[\(zshText(option.summary))]"
        switch option.value {
        case .none: return "'\(head)'"
        case .text(let name): return "'\(head):\(zshText(name)): '"
        case .file: return "'\(head):file:_files'"
        case .folder: return "'\(head):folder:_files -/'"
        case .choice(let words): return "'\(head):value:(\(words.joined(separator: " ")))'"
        }
    }

    /// Text within single quotes, brackets and colons.
    private static func zshText(_ text: String) -> String {
        var shown = ""
        for character in text {
            switch character {
            case "'": shown += "'\\''"
            case "[", "]", ":", "\\": shown += "\\\(character)"
            default: shown.append(character)
            }
        }
        return shown
    }

    // MARK: fish

    private var fish: String {
        var lines = ["# fish completion for \(program)", "complete -c \(program) -f"]
        for command in commands {
            let text = Manual.fishText(command.forms[0].summary)
            lines.append(
                "complete -c \(program) -n __fish_use_subcommand -a \(command.name) -d \(text)"
            )
            let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
            if !command.actions.isEmpty {
                let actions = Manual.fishText(command.actions.joined(separator: " "))
                lines.append("complete -c \(program) \(condition) -a \(actions)")
            }
            if command.takesPaths { lines.append("complete -c \(program) \(condition) -F") }
            for option in all(command) {
                let name = option.name.dropFirst(2)
                var line = "complete -c \(program) \(condition) -l \(name)"
                switch option.value {
                case .none: break
                case .text: line += " -x"
                case .file, .folder: line += " -r -F"
                case .choice(let words):
                    line += " -x -a \(Manual.fishText(words.joined(separator: " ")))"
                }
                if !option.summary.isEmpty { line += " -d \(Manual.fishText(option.summary))" }
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func fishText(_ text: String) -> String {
        var shown = "'"
        for character in text {
            if character == "'" || character == "\\" { shown += "\\" }
            shown.append(character)
        }
        return shown + "'"
    }
}
