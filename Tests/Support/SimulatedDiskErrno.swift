/// The error numbers of Linux that a simulated disk gives.
package enum SimulatedDiskErrno {
    package static let noEntry: Int32 = 2
    package static let inputOutput: Int32 = 5
    package static let badDescriptor: Int32 = 9
    package static let accessDenied: Int32 = 13
    package static let exists: Int32 = 17
    package static let crossDevice: Int32 = 18
    package static let notDirectory: Int32 = 20
    package static let isDirectory: Int32 = 21
    package static let invalid: Int32 = 22
    package static let noSpace: Int32 = 28
    package static let nameTooLong: Int32 = 36
    package static let notEmpty: Int32 = 39
    package static let tooManyLinks: Int32 = 40
}
