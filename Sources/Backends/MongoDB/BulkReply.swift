/// Reads what a bulk operation answers, as far as needed: which codes its write errors have.
enum BulkReply {
    /// "E11000 duplicate key": an upsert whose filter passed over the document, as it has a greater `rev` already.
    private static let duplicate: Int64 = 11000

    /// Whether something was refused, and nothing for another reason than that it is there already.
    static func hasOnlyDuplicates(_ reply: [UInt8]) -> Bool {
        var codes: [Int64] = []
        var isClean = true
        forEach(reply[...]) { name, _, value in
            switch name {
            case "writeErrors":
                forEach(value) { _, _, error in
                    forEach(error) { name, type, value in
                        if name == "code" { codes.append(number(type, value)) }
                    }
                }
            // An array: more than its length and end is an error.
            case "writeConcernErrors": isClean = isClean && value.count <= 5
            default: break
            }
        }
        return isClean && !codes.isEmpty && codes.allSatisfy { $0 == duplicate }
    }

    /// Gives each element of a document to `body`: its name, its type and its bytes.
    private static func forEach(
        _ document: ArraySlice<UInt8>,
        _ body: (String, UInt8, ArraySlice<UInt8>) -> Void
    ) {
        var rest = document.dropFirst(4)
        while let type = rest.first, type != 0 {
            rest = rest.dropFirst()
            let name = rest.prefix { $0 != 0 }
            rest = rest.dropFirst(name.count + 1)
            guard let length = length(type, rest), length <= rest.count else { return }
            body(String(decoding: name, as: UTF8.self), type, rest.prefix(length))
            rest = rest.dropFirst(length)
        }
    }

    /// Bytes of a value of the type; nil for a type that no reply has.
    private static func length(_ type: UInt8, _ bytes: ArraySlice<UInt8>) -> Int? {
        switch type {
        case 1, 9, 17, 18: 8
        case 2: Int(number(16, bytes)) + 4
        case 3, 4: Int(number(16, bytes))
        case 5: Int(number(16, bytes)) + 5
        case 7: 12
        case 8: 1
        case 6, 10: 0
        case 16: 4
        default: nil
        }
    }

    private static func number(_ type: UInt8, _ bytes: ArraySlice<UInt8>) -> Int64 {
        let size = type == 16 ? 4 : 8
        guard bytes.count >= size else { return 0 }
        var bits: UInt64 = 0
        for (index, byte) in bytes.prefix(size).enumerated() {
            bits |= UInt64(byte) << UInt64(8 * index)
        }
        if type == 1 { return Int64(Double(bitPattern: bits)) }
        return type == 16 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}
