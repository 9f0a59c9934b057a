/// One configuration file as its caller read it.
package struct ConfigurationFile: Sendable, Hashable {
    /// The name that messages show, as the operator gave it.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The bytes of a file at most; the caller need not read more than one byte beyond.
    package static let maximumBytes = 256 * 1024
    /// The bytes of one line at most. It bounds how deep dotted keys nest, which the parser recurses on.
    package static let maximumLineBytes = 4096
}
