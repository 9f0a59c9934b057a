/// The version of what makes rows out of records: dialects, analysis, identity.
package enum ParserVersion {
    /// Raised with every change after which the same archive gives other rows; a rebuild is due then.
    package static let current = 4
}
