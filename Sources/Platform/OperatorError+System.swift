import Core

extension OperatorError {
    /// Does `body`; a system call that fails there is told as "cannot `what`", with its error as the cause.
    ///
    /// - Throws: an error of this code and remedy.
    package static func system<Value>(
        _ code: Code,
        _ what: String,
        remedy: String? = nil,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw OperatorError(
                code,
                "cannot \(what)",
                remedy: remedy,
                cause: error.description
            )
        }
    }
}
