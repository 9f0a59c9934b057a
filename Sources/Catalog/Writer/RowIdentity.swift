import Core
import Transcripts

/// Makes the identifiers of rows: XXH3-64 over a kind and parts of fixed size or with their length before them,
/// so that different parts are never the same bytes.
struct RowIdentity {
    /// What is identified; the number is a part of the hash and never changes.
    enum Kind: UInt8 {
        case scope = 1
        case file
        case position
        case event
        case session
        case message
        case messageKey
        case response
        case sideResponse
        case call
        case access
        case callAccess
        case attachment
        case finding
        case title
        case turn
        case compaction
        case context
        case retraction
        case callScope
    }

    private var bytes: [UInt8] = []

    /// Of (owner, tool): what all identifiers of their rows are made with.
    mutating func scope(owner: String, tool: String) -> Int64 {
        begin(.scope)
        add(owner)
        add(tool)
        return finish()
    }

    /// Of the tool's own identifiers.
    mutating func of(_ kind: Kind, _ scope: Int64, _ key: String, _ second: String? = nil) -> Int64
    {
        begin(kind)
        add(scope)
        add(key)
        if let second { add(second) }
        return finish()
    }

    /// Of a call by its tool's identifier, which stands for itself, or counts within the claim's scope.
    mutating func call(_ callID: String, _ claim: Claim) -> Int64 {
        if UniqueIdentifier.matches(callID) { return of(.call, claim.file.scope, callID) }
        begin(.call)
        add(claim.file.scope)
        add(claim.callScope)
        add(callID)
        return finish()
    }

    /// Of a row that has an identifier already and something that tells it from its siblings.
    mutating func of(_ kind: Kind, _ parent: Int64, _ ordinal: Int64) -> Int64 {
        begin(kind)
        add(parent)
        add(ordinal)
        return finish()
    }

    mutating func of(_ kind: Kind, _ numbers: Int64...) -> Int64 {
        begin(kind)
        for number in numbers { add(number) }
        return finish()
    }

    mutating func begin(_ kind: Kind) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(kind.rawValue)
    }

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
        add(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    func finish() -> Int64 { Int64(bitPattern: Checksum.xxh3(bytes)) }
}
