import COpenSSL

/// Names in certificates and requests, as text for people.
enum DistinguishedName {
    /// RFC 2253, control characters escaped, at most 256 characters.
    static func text(_ name: OpaquePointer?) -> String {
        let bytes = MemoryBIO.writing { tailship_print_name($0, name) >= 0 }
        return printable(bytes)
    }

    /// The (last) common name, without control characters; empty when there is none.
    static func commonName(_ name: OpaquePointer?) -> String {
        var index: Int32 = -1
        while true {
            let next = X509_NAME_get_index_by_NID(name, NID_commonName, index)
            if next < 0 { break }
            index = next
        }
        let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
        guard index >= 0, let value else { return "" }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, value)
        guard count >= 0, let bytes else { return "" }
        defer { tailship_free(bytes) }
        let text = String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(count)),
            as: UTF8.self
        )
        return String(String.UnicodeScalarView(text.unicodeScalars.filter(isPrintable)))
    }

    /// Makes `commonName`, or "unnamed", the name's common name, cut to the 64 characters that X.509 allows.
    static func set(_ commonName: String, on name: OpaquePointer?) -> Bool {
        let scalars = commonName.unicodeScalars.filter(isPrintable).prefix(64)
        let text = scalars.isEmpty ? "unnamed" : String(String.UnicodeScalarView(scalars))
        return X509_NAME_add_entry_by_NID(
            name,
            NID_commonName,
            MBSTRING_UTF8,
            text,
            Int32(text.utf8.count),
            -1,
            0
        ) == 1
    }

    /// At most 256 characters, without those that could disturb a log or a terminal.
    private static func printable(_ bytes: some Collection<UInt8>) -> String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        return String(String.UnicodeScalarView(scalars.filter(isPrintable).prefix(256)))
    }

    /// Neither a control character nor one that reorders or breaks lines.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
