/// What `~` and `$NAME` stand for: the user's home folder and environment, handed in by the caller.
package struct ExpansionContext: Sendable, Hashable {
    /// An absolute path.
    package let home: String
    package let variables: [String: String]
    package let userName: String

    package init(home: String, variables: [String: String] = [:], userName: String) {
        self.home = home
        self.variables = variables
        self.userName = userName
    }

    /// The value of a variable; nil when it is not set or empty, as shells take `${NAME:-…}`.
    func variable(_ name: String) -> String? {
        if let value = variables[name], !value.isEmpty { return value }
        switch name {
        case "HOME": return home
        case "USER": return userName
        default: return nil
        }
    }

    /// `text` with a leading `~` replaced by the home folder and `$NAME` and `${NAME}` by the variable.
    /// `$$` is a dollar; one that no name follows stands for itself.
    ///
    /// - Parameter escape: applied to what is put in.
    func expand(
        _ text: String,
        escape: (String) -> String = { $0 }
    ) throws(ValueMismatch) -> String {
        var rest = Substring(text)
        var result = ""
        if rest.hasPrefix("~") {
            rest = rest.dropFirst()
            guard rest.isEmpty || rest.hasPrefix("/") else {
                throw ValueMismatch("\"~\" stands for your own home only; write the other in full")
            }
            result = escape(home)
        }
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            guard let name = try ExpansionContext.takeName(&rest) else {
                result += "$"
                continue
            }
            guard let value = variable(name) else {
                throw ValueMismatch("the variable \(name) is not set")
            }
            result += escape(value)
        }
        return result + rest
    }

    /// `text` expanded, which must be absolute; repeated and trailing separators are dropped.
    func absolutePath(_ text: String) throws(ValueMismatch) -> String {
        let path = try expand(text)
        guard path.hasPrefix("/") else { throw ValueMismatch("it is not absolute") }
        guard !path.utf8.contains(0) else { throw ValueMismatch("it contains a NUL") }
        let names = path.split(separator: "/")
        guard !names.contains("..") else { throw ValueMismatch("it contains \"..\"") }
        return "/" + names.filter { $0 != "." }.joined(separator: "/")
    }

    /// `text` such that `expand` gives it back.
    static func escaped(_ text: String) -> String {
        text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
    }

    /// Takes the name behind a dollar; nil when the dollar stands for itself.
    private static func takeName(_ rest: inout Substring) throws(ValueMismatch) -> String? {
        if rest.hasPrefix("$") {
            rest = rest.dropFirst()
            return nil
        }
        if rest.hasPrefix("{") {
            guard let end = rest.firstIndex(of: "}") else {
                throw ValueMismatch("\"${\" has no \"}\"")
            }
            let name = rest[rest.index(after: rest.startIndex)..<end]
            guard !name.isEmpty, name.utf8.allSatisfy(isNameByte) else {
                throw ValueMismatch("\"${\(name)}\" is no variable")
            }
            rest = rest[rest.index(after: end)...]
            return String(name)
        }
        let name = rest.prefix { $0.utf8.allSatisfy(isNameByte) }
        guard let first = name.utf8.first, !(48...57).contains(first) else { return nil }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        SectionName.isBareKeyByte(byte) && byte != UInt8(ascii: "-")
    }
}
