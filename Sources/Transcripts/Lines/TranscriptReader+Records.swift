import Core

extension TranscriptReader {
    /// Lets the dialect read a record.
    func record(_ value: JSONValue, at position: RecordPosition) -> Entry {
        if dialect == nil || guessesLeft > 0 { choose(value) }
        var reader: any Dialect = dialect ?? GenericRecords(context, state: [])
        // Taken out, so that the dialect's buffers have one owner while it writes to them.
        dialect = nil
        var entry = reader.read(value, at: position)
        dialect = reader
        entry.position = position
        return entry
    }

    /// Chooses the dialect by a record; a guess that it is of no known tool is good until a record tells better.
    private func choose(_ value: JSONValue) {
        guard choice == nil || choice == .genericRecords, guessesLeft > 0 else {
            guessesLeft = 0
            return
        }
        guessesLeft -= 1
        if let found = EnvelopeShape(value).choice {
            guessesLeft = 0
            choice = found
            dialect = found.records(context, [])
        } else if dialect == nil {
            choice = .genericRecords
            dialect = DialectChoice.genericRecords.records(context, [])
        }
    }

    /// Hands out an entry, with what the line says of it.
    func finished(_ read: Entry, remark: String?, _ emit: (Entry) -> Void) {
        var entry = read
        var remarks: [String] = []
        if ordinal > 0 { remarks.append("glued to what stands before it on its line") }
        if nuls > 0 { remarks.append("behind \(nuls) NUL bytes") }
        if let remark { remarks.append(remark) }
        if !remarks.isEmpty {
            if entry.status == .ok { entry.status = .recovered }
            if let reason = entry.reason { remarks.insert(reason, at: 0) }
            entry.reason = remarks.joined(separator: "; ")
        }
        if firstTimestamp == nil { firstTimestamp = entry.timestamp }
        ordinal += 1
        nuls = 0
        emit(entry)
    }

    /// Hands out what is no record.
    func waste(_ position: RecordPosition, _ reason: String, _ emit: (Entry) -> Void) {
        var entry = Entry(position: position, kind: "malformed")
        entry.status = .malformed
        entry.reason = reason
        ordinal += 1
        nuls = 0
        emit(entry)
    }

    func beginLong(_ piece: Piece, _ scanner: LongLineScanner?, _ reason: String) {
        long = LongRecord(
            start: piece.offset + UInt64(piece.index),
            scanner: scanner,
            reason: reason
        )
    }

    /// Reads on in the long record.
    func feedLong(_ piece: inout Piece, _ emit: (Entry) -> Void) {
        guard var record = long else { return }
        long = nil
        let rest = UnsafeRawBufferPointer(rebasing: piece.bytes[piece.index...])
        if var scanner = record.scanner {
            record.scanner = nil
            let progress = scanner.feed(rest)
            switch progress {
            case .complete(let count):
                piece.index += count
                record.length += UInt64(count)
                return endLong(record, scanner, emit)
            case .open:
                record.scanner = scanner
                record.extend(rest)
                piece.index = piece.bytes.count
                long = record
                return
            case .damaged(let count):
                record.reason =
                    rest[count] == JSONBytes.newline
                    ? "cut off before its end" : "not JSON at byte \(record.length + UInt64(count))"
            }
        }
        guard let base = rest.baseAddress else { return }
        let end = JSONBytes.first(JSONBytes.newline, base, 0, rest.count)
        record.extend(UnsafeRawBufferPointer(rebasing: rest[..<end]))
        piece.index += end
        long = record
        if end < rest.count { endLong(reason: record.reason, emit) }
    }

    /// The line, or the file, ended in a long record.
    func endLong(reason: String, _ emit: (Entry) -> Void) {
        guard let record = long else { return }
        long = nil
        let position = RecordPosition(
            offset: record.start,
            length: record.length - record.trailing,
            ordinal: ordinal
        )
        waste(position, record.reason.isEmpty ? reason : record.reason, emit)
    }

    /// A long record is complete: what was kept of it goes through the dialect.
    private func endLong(
        _ long: LongRecord,
        _ scanner: LongLineScanner,
        _ emit: (Entry) -> Void
    ) {
        let position = RecordPosition(offset: long.start, length: long.length, ordinal: ordinal)
        let text = scanner.short
        _ = text.withUnsafeBytes { tolerant.parse($0) }
        defer { tolerant.release() }
        guard var entry = tolerant.value({ record($0, at: position) }) else {
            return waste(position, "not JSON", emit)
        }
        if tolerant.repairs.contains(.encoding) { entry.markReplacements() }
        let size = ByteCount.text(long.length)
        let remark =
            "a record of \(size) is too long for rows: its envelope was read, the whole is in the archive"
        finished(entry, remark: remark, emit)
    }
}

extension LongRecord {
    /// Takes in more bytes.
    mutating func extend(_ bytes: UnsafeRawBufferPointer) {
        let solid = LineSplitter.trimmed(bytes)
        trailing = solid == 0 ? trailing + UInt64(bytes.count) : UInt64(bytes.count - solid)
        length += UInt64(bytes.count)
    }
}

extension Entry {
    /// Says of each text with a replacement character that bytes of it were replaced.
    mutating func markReplacements() {
        for index in facts.indices {
            guard case .message(var message) = facts[index] else { continue }
            guard message.text.unicodeScalars.contains("\u{fffd}") else { continue }
            message.isRepaired = true
            facts[index] = .message(message)
        }
    }
}
