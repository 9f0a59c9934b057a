/// What a component of a path says of what is in it, or what is said of it there.
enum PathMark: UInt8, Sendable, BitwiseCopyable {
    case none
    // Folders of credentials.
    case ssh, aws, gnupg, kube, azure, passwordStore, oci, keyrings, keychains
    /// `.config`; as the folder of a path: `.config/gcloud` or `.config/gh`.
    case config
    case cloudTool
    // Folders of tools that keep a file of credentials.
    case docker, codex, gemini
    // Below the root.
    case etc, shadow, sudoers, passwd

    /// Whether everything in a folder of the name is sensitive.
    var isFolder: Bool {
        switch self {
        case .ssh, .aws, .gnupg, .kube, .azure, .passwordStore, .oci, .keyrings, .keychains: true
        default: false
        }
    }

    fileprivate static let table = ByteTable<PathMark>([
        (".ssh", .ssh), (".aws", .aws), (".gnupg", .gnupg), (".kube", .kube), (".azure", .azure),
        (".password-store", .passwordStore), (".oci", .oci), ("keyrings", .keyrings),
        ("keychains", .keychains), (".config", .config), ("gcloud", .cloudTool),
        ("gh", .cloudTool), (".docker", .docker), (".codex", .codex), ("opencode", .codex),
        (".gemini", .gemini), ("etc", .etc), ("shadow", .shadow), ("gshadow", .shadow),
        ("shadow-", .shadow), ("sudoers", .sudoers), ("sudoers.d", .sudoers),
        ("passwd", .passwd),
    ])
}

/// The components of a path, read one after another: what the rules ask of them.
struct PathParts: BitwiseCopyable {
    /// Empty ones do not count.
    private(set) var count = 0
    private(set) var first = PathMark.none
    private(set) var second = PathMark.none
    /// Of the component before the last one.
    private(set) var before = PathMark.none
    private(set) var last = PathMark.none
    /// The first one before the last component in which everything is sensitive.
    private(set) var folder = PathMark.none
    /// The last one.
    private(set) var name = TextBytes(start: nil, count: 0)

    @inline(__always)
    static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }

    /// Adds the components of a text.
    mutating func add(_ text: TextBytes) {
        text.forEachPart(between: .slashes) { part in
            addPart(part)
            return true
        }
    }

    private mutating func addPart(_ part: TextBytes) {
        if folder == .none {
            if before == .config, last == .cloudTool {
                folder = .config
            } else if last.isFolder {
                folder = last
            }
        }
        before = last
        last = PathMark.table.value(ignoringCase: part) ?? .none
        name = part
        count += 1
        if count == 1 { first = last }
        if count == 2 { second = last }
    }
}
