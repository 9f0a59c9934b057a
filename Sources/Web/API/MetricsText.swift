/// Metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricsText {
    private(set) var text = ""

    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// Begins a metric: what follows are its samples.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP tailship_\(name) \(help)\n# TYPE tailship_\(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += "tailship_\(name)"
        if !labels.isEmpty {
            let list = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
            text += "{\(list.joined(separator: ","))}"
        }
        let isWhole = value == value.rounded() && value.magnitude < 9e15
        text += " " + (isWhole ? String(Int64(value)) : value.description) + "\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Int64) {
        sample(name, labels, Double(value))
    }

    /// A metric of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        metric(name, kind, help)
        sample(name, [], value)
    }

    private static func escaped(_ value: String) -> String {
        var out = ""
        for character in value.unicodeScalars.prefix(200) {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
