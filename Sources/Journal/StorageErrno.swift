/// The error numbers of Linux that storage tells apart.
package enum StorageErrno {
    package static let noEntry: Int32 = 2
    package static let inputOutput: Int32 = 5
    package static let accessDenied: Int32 = 13
    package static let exists: Int32 = 17
    package static let notDirectory: Int32 = 20
    package static let isDirectory: Int32 = 21
    package static let invalid: Int32 = 22
    package static let noSpace: Int32 = 28
    package static let readOnly: Int32 = 30
    package static let nameTooLong: Int32 = 36
    package static let notEmpty: Int32 = 39
    package static let illegalSequence: Int32 = 84
    package static let quota: Int32 = 122
}
