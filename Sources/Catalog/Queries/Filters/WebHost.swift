/// Host names in commands.
package enum WebHost {
    /// The host of the first address (`scheme://host`) in a text; nil for none.
    package static func first(in text: String) -> String? {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let authority = parts[1].prefix { !$0.isWhitespace && !"/\"'`?#)>;|&\\".contains($0) }
        // A name and a password are nobody's business.
        let host = authority.split(separator: "@").last ?? ""
        let name = host.prefix { $0 != ":" }.lowercased()
        let isName =
            !name.isEmpty && name.utf8.count <= 253
            && name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-")
            }
        return isName ? name : nil
    }
}
