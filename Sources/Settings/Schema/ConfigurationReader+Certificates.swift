import Core

extension ConfigurationReader {
    /// Certificates of one's own are the three together or none.
    mutating func checkCertificates(_ paths: [BytePath?], header: String) {
        let given = zip(CertificatePaths.keys, paths).filter { $0.1 != nil }.map(\.0)
        guard let first = given.first, given.count < paths.count else { return }
        let missing = CertificatePaths.keys.filter { !given.contains($0) }
        report(
            at: origins[header + "." + first],
            "[\(header)]: certificates of your own need "
                + missing.map { "\"\($0)\"" }.joined(separator: " and ")
                + " as well as " + given.map { "\"\($0)\"" }.joined(separator: " and ")
        )
    }
}
