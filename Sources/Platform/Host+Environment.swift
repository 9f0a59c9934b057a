import Glibc

extension Host {
    /// All variables of the environment; of names that stand twice the first counts.
    package static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var place = environ
        while let entry = place.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                let name = String(text[..<sign])
                if variables[name] == nil {
                    variables[name] = String(text[text.index(after: sign)...])
                }
            }
            place += 1
        }
        return variables
    }
}

extension Log.Level {
    /// The level that configurations call `error`, `warning`, `info` or `debug`.
    package init(name: String) {
        self =
            switch name {
            case "error": .error
            case "warning": .warning
            case "debug": .info
            default: .notice
            }
    }
}
