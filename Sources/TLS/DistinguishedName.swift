import COpenSSL

/// Names in certificates and requests, as text for people.
enum DistinguishedName {
    /// RFC 2253, control characters escaped, at most 256 characters.
    static func text(_ name: OpaquePointer?) -> String {
        let bytes = MemoryBIO.writing { tailship_print_name($0, name) >= 0 }
        return String(String(decoding: bytes, as: UTF8.self).prefix(256))
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
        defer { CRYPTO_free(bytes, #file, #line) }
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

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control
    }
}
