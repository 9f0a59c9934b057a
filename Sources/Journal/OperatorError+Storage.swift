import Core
import Platform

extension OperatorError {
    /// A failed call on the receiver's storage, with what can be done about it.
    package static func storage(_ message: String, _ error: SystemError) -> OperatorError {
        OperatorError(
            .storage,
            message,
            remedy: remedy(for: error.errno),
            cause: error.description
        )
    }

    private static func remedy(for errno: Int32) -> String? {
        switch errno {
        case StorageErrno.noSpace, StorageErrno.quota:
            "make room on the file system that holds storage.directory; it goes on by itself"
        case StorageErrno.inputOutput:
            "look for errors of the disk in the system's journal, and replace it"
        case StorageErrno.accessDenied, StorageErrno.readOnly:
            "give the receiver's user write permission below storage.directory"
        default: nil
        }
    }
}
