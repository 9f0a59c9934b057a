/// Who says a message: of people their owner's name, of models the model's.
package enum Speaker {
    /// Which messages are said: prompts and answers.
    package static func isSpoken(_ message: String) -> String {
        "\(message).kind IN ('prompt', 'text')"
    }

    /// The name; `o` is the message's owner.
    static func name(_ message: String) -> String {
        """
        CASE \(message).role WHEN 'user' THEN COALESCE(o.name, 'user')
            ELSE COALESCE(\(message).model, \(message).role) END
        """
    }
}
