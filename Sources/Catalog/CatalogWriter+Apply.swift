import Core
import SQL
import Transcripts

extension CatalogWriter {
    /// Which facts of an entry of each kind came already.
    private struct Ordinals {
        var message = 0
        var result = 0
        var call = 0
        var access = 0
        var response: Int64 = 0
        var turn: Int64 = 0
        var compaction: Int64 = 0
    }

    /// Writes the rows of a file's next records; the file's row must be there (`upsert`).
    ///
    /// When it throws, the transaction is to be rolled back.
    package func apply(_ batch: FileBatch) throws(SQLError) -> BatchOutcome {
        let id = files.identifier(batch.stream)
        guard let file = try store.file(id) else { return .applied }
        store.restTexts(true)
        defer { store.restTexts(false) }
        let mustReadAgain = learnFirstTimestamp(of: file, batch)
        var counts = EntryTable.Counts()
        let received = batch.received.nanoseconds
        if let kind = batch.withdrawn { try entries.withdraw(kind, of: file, counts: &counts) }
        store.beginBatch()
        defer { store.endBatch() }
        for item in batch.items where try !isLetGo(item.entry, of: file) {
            let claim = try entries.take(
                item.entry,
                of: file,
                received: received,
                counts: &counts
            )
            try sessions.tell(claim, received: received)
            try tell(item, claim)
        }
        try responses.flush()
        try tools.flush()
        try accesses.flush()
        try sessions.flush(at: received)
        try files.advance(file, batch, counts)
        guard mustReadAgain else { return .applied }
        try files.rewind(id)
        return .readAgain
    }

    /// Whether the record is one of a session that was erased, or was retired itself.
    private func isLetGo(_ entry: Entry, of file: FileRecord) throws(SQLError) -> Bool {
        if let key = entry.session, erased.contains(key, scope: file.scope) {
            try erased.note(file.id)
            return true
        }
        return try entries.isRetired(entry, of: file)
    }

    /// The first timestamp of a file orders its records among their copies, so it must be known before them.
    ///
    /// - Returns: whether records were taken without it that it concerns.
    private func learnFirstTimestamp(of file: FileRecord, _ batch: FileBatch) -> Bool {
        guard file.firstTimestamp == nil,
            let first = batch.items.first(where: { $0.entry.timestamp != nil })?.entry.timestamp
        else { return false }
        file.firstTimestamp = first.nanoseconds
        defer { file.hasTimelessRecords = false }
        return file.hasTimelessRecords
    }

    private func tell(_ item: FileBatch.Item, _ claim: Claim) throws(SQLError) {
        var ordinals = Ordinals()
        for fact in item.entry.facts {
            switch fact {
            case .session(let fact): try tell(fact, claim, &ordinals)
            case .message(let fact):
                try tell(fact, item, claim, &ordinals)
            case .response(let fact):
                try responses.tell(fact, ordinals.response, claim)
                ordinals.response += 1
            case .call(let fact):
                let analysis = item.analysis.calls
                try tools.tell(
                    fact,
                    ordinals.call < analysis.count ? analysis[ordinals.call] : nil,
                    claim
                )
                ordinals.call += 1
            case .result(let fact):
                let classes = item.preparation.errorClasses
                let index = ordinals.result
                let errorClass = index < classes.count ? classes[index] : ResultErrorClass.of(fact)
                ordinals.result += 1
                try tools.tell(fact, errorClass: errorClass, claim)
            case .access(let fact):
                let analysis = item.analysis.accesses
                let index = ordinals.access
                try accesses.tell(
                    fact,
                    index < analysis.count ? analysis[index] : AccessAnalysis(),
                    claim
                )
                ordinals.access += 1
            case .attachment(let fact): try tell(fact, item.entry, claim)
            case .compaction(let fact): try tell(fact, claim, &ordinals)
            case .retraction(let fact):
                try messages.review(retractions.tell(fact, claim))
            }
        }
    }

    private func tell(
        _ fact: MessageFact,
        _ item: FileBatch.Item,
        _ claim: Claim,
        _ ordinals: inout Ordinals
    ) throws(SQLError) {
        let index = ordinals.message
        ordinals.message += 1
        let analyses = item.analysis.messages
        let stored = item.preparation.messages
        try messages.tell(
            fact,
            index < analyses.count ? analyses[index] : MessageAnalysis(),
            index < stored.count ? stored[index] : messages.preparer.message(fact),
            claim
        )
        guard fact.kind == .prompt, !claim.isSidechain, claim.session != nil else { return }
        let title = SessionFact.Title(source: .firstPrompt, text: fact.text)
        try sessions.titlesChanged(of: titles.tell(title, claim))
    }

    private func tell(
        _ fact: SessionFact,
        _ claim: Claim,
        _ ordinals: inout Ordinals
    ) throws(SQLError) {
        try sessions.tell(fact, claim)
        if let title = fact.title {
            try sessions.titlesChanged(of: titles.tell(title, claim))
        }
        if let milliseconds = fact.turnMilliseconds {
            let id = store.identity.of(.turn, claim.event, ordinals.turn)
            ordinals.turn += 1
            try turns.tell(
                id,
                [SQLValue(claim.timestamp), .integer(milliseconds &* 1_000_000)],
                claim
            )
        }
    }

    private func tell(
        _ fact: AttachmentFact,
        _ entry: Entry,
        _ claim: Claim
    ) throws(SQLError) {
        let id = store.identity.of(.attachment, claim.event, Int64(fact.ordinal))
        try attachments.tell(
            id,
            [
                .text(fact.kind.rawValue), SQLValue(fact.mediaType), .integer(fact.size),
                SQLValue(fact.hash.map { Int64(bitPattern: $0) }), SQLValue(fact.path),
                SQLValue(fact.callID.map { store.identity.call($0, claim) }),
                .integer(claim.file.id), .integer(Int64(bitPattern: entry.position.offset)),
                .integer(Int64(bitPattern: entry.position.length)),
            ],
            claim
        )
    }

    private func tell(
        _ fact: CompactionFact,
        _ claim: Claim,
        _ ordinals: inout Ordinals
    ) throws(SQLError) {
        let id = store.identity.of(.compaction, claim.event, ordinals.compaction)
        ordinals.compaction += 1
        try compactions.tell(
            id,
            [
                SQLValue(claim.timestamp), SQLValue(fact.trigger), SQLValue(fact.tokensBefore),
                SQLValue(fact.tokensAfter), SQLValue(fact.isPartial),
            ],
            claim
        )
    }
}
