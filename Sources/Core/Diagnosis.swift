/// What a `doctor` found: one line for each thing it looked at, in the order of the way that bytes go.
package struct Diagnosis: Sendable {
    /// How something is.
    package enum Level: String, Sendable, Comparable {
        case ok
        /// It works, or will for now; somebody should know.
        case warn
        /// It does not work.
        case fail

        /// Whether the left one is better.
        package static func < (left: Level, right: Level) -> Bool {
            left.weight < right.weight
        }

        private var weight: Int {
            switch self {
            case .ok: 0
            case .warn: 1
            case .fail: 2
            }
        }
    }

    /// One line.
    package struct Finding: Sendable, Hashable {
        /// What was looked at, in a word or two.
        package let check: String
        package let level: Level
        package let text: String
        /// What to do; nil where nothing is to be done.
        package let remedy: String?
    }

    /// In the order in which they were added.
    package private(set) var findings: [Finding] = []

    /// A diagnosis that has found nothing yet.
    package init() {}

    /// The worst of all.
    package var level: Level { findings.map(\.level).max() ?? .ok }

    /// Adds a line, with control characters made visible.
    package mutating func add(
        _ level: Level,
        _ check: String,
        _ text: String,
        _ remedy: String? = nil
    ) {
        findings.append(
            Finding(
                check: check,
                level: level,
                text: TerminalText.line(text),
                remedy: remedy.map(TerminalText.line)
            )
        )
    }

    /// Adds what is as it should be.
    package mutating func ok(_ check: String, _ text: String) { add(.ok, check, text) }

    /// Adds what somebody should know.
    package mutating func warn(_ check: String, _ text: String, _ remedy: String) {
        add(.warn, check, text, remedy)
    }

    /// Adds what does not work.
    package mutating func fail(_ check: String, _ text: String, _ remedy: String) {
        add(.fail, check, text, remedy)
    }

    /// An error that was met, with its own remedy.
    package mutating func fail(_ check: String, _ error: OperatorError) {
        let cause = error.cause.map { ": \($0)" } ?? ""
        add(.fail, check, error.message + cause, error.remedy)
    }

    /// A line each, what to do below it, and a line that sums up.
    package var text: String {
        let width = findings.map(\.check.count).max() ?? 0
        var text = ""
        for finding in findings {
            let level = finding.level.rawValue
            text += level + String(repeating: " ", count: 6 - level.count) + finding.check
            text += String(repeating: " ", count: width - finding.check.count + 2)
            text += finding.text + "\n"
            if let remedy = finding.remedy { text += "      → \(remedy)\n" }
        }
        let count = { (level: Level) in findings.filter { $0.level == level }.count }
        return text + "\(count(.ok)) ok, \(count(.warn)) to look at, \(count(.fail)) wrong\n"
    }

    /// One object, for programs.
    package var json: String {
        var writer = JSONWriter()
        writer.object { json in
            json.string("result", level.rawValue)
            json.array("findings") { json in
                for finding in findings {
                    json.object { json in
                        json.string("check", finding.check)
                        json.string("level", finding.level.rawValue)
                        json.string("text", finding.text)
                        json.string("remedy", finding.remedy)
                    }
                }
            }
        }
        return writer.result + "\n"
    }
}
