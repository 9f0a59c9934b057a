import Core

/// One object that is not what the manifest says.
package struct ObjectDamage: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: Sendable, Hashable {
        /// There is no object.
        case missing
        /// The object has only `size` of the `held` bytes.
        case short(size: UInt64, held: UInt64)
        /// The first `length` bytes have another digest than the one that both sides verified.
        case changed(length: UInt64)
        /// The disk cannot read the object.
        case unreadable(String)
        /// The manifest knows no such file.
        case unknown
    }

    /// The object's path below the storage folder.
    package let object: BytePath
    /// The path in its source; nil when it is unknown.
    package let path: BytePath?
    /// What is wrong with it.
    package let reason: Reason

    /// The object, the file and what is wrong, for people.
    package var description: String {
        let name = path.map { "\(object) (\($0))" } ?? "\(object)"
        return switch reason {
        case .missing: "\(name): missing"
        case .short(let size, let held): "\(name): \(size) of \(held) bytes"
        case .changed(let length): "\(name): the first \(length) bytes are not those verified"
        case .unreadable(let cause): "\(name): unreadable, \(cause)"
        case .unknown: "\(name): not in the manifest"
        }
    }
}
