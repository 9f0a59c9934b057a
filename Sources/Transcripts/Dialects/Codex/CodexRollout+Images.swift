extension CodexRollout {
    /// Adds an image given by its URL, unless another family of records has told it.
    mutating func addImage(
        _ url: JSONValue?,
        callID: String?,
        _ family: CodexTextPool.Family,
        _ entry: inout Entry
    ) {
        append(AttachmentFact(url: url, ordinal: entry.attachmentCount), callID, family, &entry)
    }

    /// Adds an image given as base64.
    mutating func addImageData(
        _ data: JSONValue?,
        callID: String?,
        _ family: CodexTextPool.Family,
        _ entry: inout Entry
    ) {
        guard let bytes = data?.bytes, !bytes.isEmpty else { return }
        let fact = AttachmentFact(
            base64: bytes,
            mediaType: "image/png",
            ordinal: entry.attachmentCount
        )
        append(fact, callID, family, &entry)
    }

    private mutating func append(
        _ fact: AttachmentFact?,
        _ callID: String?,
        _ family: CodexTextPool.Family,
        _ entry: inout Entry
    ) {
        guard var fact else { return }
        fact.callID = callID
        let name = fact.path.map { $0.utf8.reduce(0) { JSONValue.mix($0, UInt64($1)) } }
        let hash = JSONValue.mix(4, fact.hash ?? name ?? 0)
        guard memory.texts.match(hash, family) == nil else { return }
        memory.texts.add(hash, family, key: "", block: 0, isPrompt: false)
        entry.facts.append(.attachment(fact))
    }
}
