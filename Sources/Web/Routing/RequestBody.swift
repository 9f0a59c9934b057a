/// The JSON object that a change is asked with.
struct RequestBody {
    let members: [String: JSONTree]

    /// - Throws: 400 for what is no object; an empty body is an empty one.
    init(_ request: HTTPRequest) throws(APIError) {
        guard !request.body.isEmpty else {
            members = [:]
            return
        }
        guard case .object(let members) = JSONTree(request.body) else {
            throw .usage("the request's body is no JSON object")
        }
        self.members = members
    }

    func text(_ name: String) throws(APIError) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .text(let text): return text.isEmpty ? nil : text
        default: throw .usage("\(name) must be a string")
        }
    }

    func number(_ name: String) throws(APIError) -> Int64? {
        switch members[name] {
        case nil, .null: return nil
        case .number(let number) where number == number.rounded() && number.magnitude < 9e15:
            return Int64(number)
        default: throw .usage("\(name) must be a whole number")
        }
    }

    func flag(_ name: String) throws(APIError) -> Bool {
        switch members[name] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw .usage("\(name) must be true or false")
        }
    }

    func texts(_ name: String) throws(APIError) -> [String]? {
        guard let value = members[name], value != .null else { return nil }
        let list = value.list ?? [.null]
        let texts = list.compactMap(\.text)
        guard texts.count == list.count else {
            throw .usage("\(name) must be a list of strings")
        }
        return texts
    }
}
