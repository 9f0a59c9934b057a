import Core
import Testing
import Wire

@Suite("The table of a batch")
struct BatchTests {
    static func decode(_ payload: [UInt8]) throws(WireError) -> (batch: Batch, body: Int) {
        let result = payload.withUnsafeBytes { raw in
            Result { () throws(WireError) in try Batch.decode(raw) }
        }
        return try result.get()
    }

    static func table(
        _ chunks: UInt32,
        _ events: UInt32,
        _ raw: UInt32,
        _ rest: [UInt8] = []
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(chunks)
        writer.integer(events)
        writer.integer(raw)
        writer.raw(rest)
        return writer.bytes
    }

    static func entry(
        file: UInt64 = 1,
        generation: UInt32 = 1,
        length: UInt32,
        offset: UInt64
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(file)
        writer.integer(generation)
        writer.integer(length)
        writer.integer(offset)
        return writer.bytes
    }

    @Test("Chunks and events come back as they were")
    func roundTrip() throws {
        let stream = try Samples.stream()
        let longest = BytePath([UInt8](repeating: 0xff, count: Limits.pathBytes))
        let batch = Batch(
            chunks: [
                Chunk(stream: stream, offset: 0, length: 1),
                Chunk(stream: stream, offset: 1, length: Limits.chunkBytes),
                Chunk(
                    stream: try Samples.stream(.max, .max),
                    offset: UInt64(Int64.max) - UInt64(Limits.chunkBytes),
                    length: Limits.chunkBytes
                ),
            ],
            events: [
                FileEvent(.renamed, stream, path: longest),
                FileEvent(.renamed, stream, path: BytePath([0xff, 10, 0xfe])),
                FileEvent(.truncated, stream, value: UInt64(Int64.max)),
            ]
                + (2...7).compactMap { FileEvent.Kind(rawValue: $0) }
                .filter { $0 != .renamed }.map { FileEvent($0, stream, value: 1) }
        )
        let table = batch.encodedTable()
        let back = try BatchTests.decode(table + [9, 9])
        #expect(back.batch == batch)
        #expect(back.body == table.count)
        #expect(batch.rawBytes == 1 + 2 * Limits.chunkBytes)
    }

    @Test("An empty batch is one; bytes behind a batch without chunks are refused")
    func empty() throws {
        #expect(try BatchTests.decode(Batch().encodedTable()).batch.isEmpty)
        #expect(throws: WireError.self) { try BatchTests.decode(Batch().encodedTable() + [0]) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var payload: [UInt8]
        init(_ name: String, _ payload: [UInt8]) {
            testDescription = name
            self.payload = payload
        }
    }

    @Test(
        "A table out of its bounds is refused",
        arguments: [
            Case("nothing", []),
            Case("4,097 chunks", table(4097, 0, 0)),
            Case("4,096 chunks and an event", table(4096, 1, 0)),
            Case("as many as a word holds", table(.max, .max, .max)),
            Case("a MiB and a byte", table(1, 0, 1024 * 1024 + 1, entry(length: 1, offset: 0))),
            Case("a chunk without bytes", table(1, 0, 0, entry(length: 0, offset: 0))),
            Case(
                "a chunk of 256 KiB and a byte",
                table(1, 0, 256 * 1024 + 1, entry(length: 256 * 1024 + 1, offset: 0))
            ),
            Case("a chunk of 4 GiB", table(1, 0, 1, entry(length: .max, offset: 0))),
            Case("an offset of 2^63 - 1", table(1, 0, 1, entry(length: 1, offset: 1 << 63 - 1))),
            Case("an offset of 2^63", table(1, 0, 1, entry(length: 1, offset: 1 << 63))),
            Case("an offset of 2^64 - 1", table(1, 0, 1, entry(length: 1, offset: .max))),
            Case("file 0", table(1, 0, 1, entry(file: 0, length: 1, offset: 0))),
            Case("generation 0", table(1, 0, 1, entry(generation: 0, length: 1, offset: 0))),
            Case("less than the chunks", table(1, 0, 4, entry(length: 5, offset: 0))),
            Case("more than the chunks", table(1, 0, 6, entry(length: 5, offset: 0))),
            Case(
                "a chunk that is cut",
                table(1, 0, 5, Array(entry(length: 5, offset: 0).dropLast()))
            ),
            Case("event kind 0", table(0, 1, 0, [UInt8](repeating: 0, count: 23))),
            Case("event kind 8", table(0, 1, 0, [8, 1] + [UInt8](repeating: 0, count: 21))),
        ]
    )
    func bounds(_ example: Case) {
        #expect(throws: WireError.self) { try BatchTests.decode(example.payload) }
    }

    @Test("The highest offset that a chunk can end at is 2^63 - 1")
    func highestOffset() throws {
        let payload = BatchTests.table(
            1,
            0,
            1,
            BatchTests.entry(length: 1, offset: UInt64(Int64.max) - 1)
        )
        #expect(try BatchTests.decode(payload).batch.chunks.first?.end == UInt64(Int64.max))
    }

    @Test("A full table of incompressible bytes fits a payload")
    func largestPayload() throws {
        let stream = try Samples.stream()
        let batch = Batch(
            chunks: (0..<Limits.batchEntries).map {
                Chunk(stream: stream, offset: UInt64($0) * 256, length: 256)
            }
        )
        #expect(batch.rawBytes == Limits.batchBytes)
        let bytes = batch.encodedTable().count + LZ4.bound(Limits.batchBytes)
        #expect(bytes <= Limits.payloadBytes)
        #expect(try BatchTests.decode(batch.encodedTable()).batch == batch)
    }
}
