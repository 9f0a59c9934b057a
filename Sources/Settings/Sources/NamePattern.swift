/// A pattern of one name; the common forms have a case of their own, as every file passes them.
enum NamePattern: Sendable, Hashable {
    /// `*`
    case any
    /// `history.jsonl`
    case literal([UInt8])
    /// `*.jsonl`
    case suffix([UInt8])
    case general([NameToken])

    init(_ tokens: [NameToken]) {
        switch tokens.first {
        case .star? where tokens.count == 1:
            self = .any
        case .literal(let bytes)? where tokens.count == 1:
            self = .literal(bytes)
        case .star? where tokens.count == 2:
            if case .literal(let bytes) = tokens[1] {
                self = .suffix(bytes)
            } else {
                self = .general(tokens)
            }
        default:
            self = .general(tokens)
        }
    }

    func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .any: true
        case .literal(let bytes): name.elementsEqual(bytes)
        case .suffix(let bytes):
            name.count >= bytes.count && name.suffix(bytes.count).elementsEqual(bytes)
        case .general(let tokens): NamePattern.match(tokens, name)
        }
    }

    /// What a token takes depends only on where it begins, and a star moves on by whole characters,
    /// so that only the latest star has to be tried further along.
    private static func match(_ tokens: [NameToken], _ name: UnsafeRawBufferPointer) -> Bool {
        var token = 0
        var index = 0
        var retry: (token: Int, index: Int)?
        while true {
            if token < tokens.count {
                if case .star = tokens[token] {
                    token += 1
                    if token == tokens.count { return true }
                    retry = (token, index)
                    continue
                }
                if let end = tokens[token].end(in: name, from: index) {
                    token += 1
                    index = end
                    continue
                }
            } else if index == name.count {
                return true
            }
            guard let last = retry, last.index < name.count else { return false }
            index = last.index + NameToken.character(in: name, at: last.index).width
            token = last.token
            retry = (token, index)
        }
    }
}
