/// Names of columns from names of cases.
enum ColumnName {
    /// "inputTokens" as "input_tokens".
    static func of(_ name: String) -> String {
        var text = ""
        for letter in name {
            if letter.isUppercase { text += "_" }
            text += letter.lowercased()
        }
        return text
    }
}
