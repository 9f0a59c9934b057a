import Core
import Platform

extension OperatorError {
    /// A failed call on the receiver's storage, with what can be done about it.
    package static func storage(_ message: String, _ error: SystemError) -> OperatorError {
        OperatorError(
            .storage,
            message,
            remedy: remedy(for: error),
            cause: error.description
        )
    }

    private static func remedy(for error: SystemError) -> String? {
        if error.isDiskFull {
            return "make room on the file system that holds storage.directory; it goes on by itself"
        }
        if error.isInputOutput {
            return "look for errors of the disk in the system's journal, and replace it"
        }
        if error.isPermission || error.isReadOnly {
            return "give the receiver's user write permission below storage.directory"
        }
        return nil
    }
}
