import Core
import Glibc

/// The end of the process.
package enum Exit {
    /// Done as asked.
    package static let success: Int32 = 0
    /// It failed.
    package static let failure: Int32 = 1
    /// Wrong command line.
    package static let usage: Int32 = 2
    /// Wrong configuration (EX_CONFIG of sysexits.h).
    package static let configuration: Int32 = 78

    /// The status of a command that ended with this error.
    package static func status(for error: OperatorError) -> Int32 {
        switch error.code {
        case .usage: usage
        case .configuration: configuration
        default: failure
        }
    }

    /// Ends the process with this status.
    package static func with(_ code: Int32) -> Never { exit(code) }
}
