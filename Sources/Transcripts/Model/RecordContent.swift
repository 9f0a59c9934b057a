import Core

/// What a record holds besides its rows, read from its bytes in the archive.
package enum RecordContent {
    /// Bytes of a record that are parsed.
    package static let limit: UInt64 = 64 << 20

    /// The text of base64 with this hash (XXH3-64), decoded; nil when the record has none.
    package static func attachment(_ record: [UInt8], hash: UInt64) -> [UInt8]? {
        guard let parser = JSONParser() else { return nil }
        let padded = record + [UInt8](repeating: 0, count: JSONParser.padding)
        return padded.withUnsafeBytes { all -> [UInt8]? in
            let text = UnsafeRawBufferPointer(rebasing: all[..<record.count])
            do throws(JSONParser.Failure) {
                return try parser.parse(padded: text) { find(hash, in: $0, depth: 64) }
            } catch {
                return nil
            }
        }
    }

    private static func find(_ hash: UInt64, in value: JSONValue, depth: Int) -> [UInt8]? {
        guard depth > 0 else { return nil }
        switch value.kind {
        case .string:
            guard let bytes = value.bytes, bytes.count > 8 else { return nil }
            return decode(bytes, hash)
        case .array:
            for element in value.elements {
                if let found = find(hash, in: element, depth: depth - 1) { return found }
            }
        case .object:
            for (_, member) in value.members {
                if let found = find(hash, in: member, depth: depth - 1) { return found }
            }
        default: break
        }
        return nil
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64) -> [UInt8]? {
        if Checksum.xxh3(bytes) == hash { return Base64.decode(bytes) }
        guard bytes.starts(with: "data:".utf8),
            let comma = bytes.prefix(256).firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let data = UnsafeRawBufferPointer(rebasing: bytes[(comma + 1)...])
        return Checksum.xxh3(data) == hash ? Base64.decode(data) : nil
    }
}
