import CPostgres
import Delivery

/// A connection to a PostgreSQL server; it belongs to one thread, blocks it, and closes with its last reference.
final class PostgresConnection {
    /// What a server said against a statement.
    struct Failure: Error {
        /// Five characters; empty when the connection itself is gone.
        var state: String
        var words: String
    }

    private static let library: tailship_pq? = {
        var table = tailship_pq()
        return tailship_pq_load(&table) != 0 ? table : nil
    }()

    private let pq: tailship_pq
    private let handle: OpaquePointer

    /// Connects; `parameters` are those of libpq's connection strings
    /// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
    init(_ parameters: [(String, String)]) throws(Refusal) {
        guard let pq = PostgresConnection.library else {
            throw .blocked(
                "libpq, PostgreSQL's client library, is not installed",
                remedy: "apt install libpq5"
            )
        }
        let names = parameters.map { $0.0.utf8CString }
        let values = parameters.map { $0.1.utf8CString }
        let handle = PostgresConnection.pointers(names) { names in
            PostgresConnection.pointers(values) { values in pq.connect(names, values, 1) }
        }
        guard let handle else { throw .temporary("no memory for a connection") }
        self.pq = pq
        self.handle = handle
        guard pq.status(handle) == Int32(TAILSHIP_PQ_CONNECTION_OK) else {
            let words = pq.error_message(handle).map { String(cString: $0).trimmingNewlines }
            throw PostgresConnection.refusal(words ?? "no connection")
        }
    }

    deinit { pq.finish(handle) }

    private static func refusal(_ words: String) -> Refusal {
        let isOurs = ["password", "authentication", "pg_hba", "role ", "certificate"].contains {
            words.contains($0)
        }
        if isOurs {
            return .blocked(words, remedy: "Correct \"user\", \"password\" or \"authority\".")
        }
        if words.contains("database"), words.contains("does not exist") {
            return .blocked(words, remedy: "Make the database, or correct \"database\".")
        }
        return .temporary(words)
    }

    /// Calls `body` with a C array of the texts that ends with NULL.
    private static func pointers<Result>(
        _ texts: [ContiguousArray<CChar>],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { text in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
            for (index, character) in text.enumerated() { copy[index] = character }
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        let array = copies.map { Optional(UnsafePointer($0)) } + [nil]
        return array.withUnsafeBufferPointer { buffer in
            // The array has at least the NULL.
            withUnsafePointer(to: nil as UnsafePointer<CChar>?) { body(buffer.baseAddress ?? $0) }
        }
    }

    // MARK: Statements

    /// Runs one or more statements.
    ///
    /// - Returns: the rows of the last, NULL as nil.
    @discardableResult
    func run(_ sql: String) throws(Failure) -> [[String?]] {
        let result = pq.exec(handle, sql)
        defer { pq.clear(result) }
        let status = pq.result_status(result)
        guard status == number(TAILSHIP_PQ_COMMAND_OK) || status == number(TAILSHIP_PQ_TUPLES_OK)
        else { throw failure(result) }
        let columns = pq.fields(result)
        return (0..<pq.tuples(result)).map { row in
            (0..<columns).map { column in
                pq.is_null(result, row, column) != 0
                    ? nil : pq.value(result, row, column).map { String(cString: $0) }
            }
        }
    }

    /// Sends the lines of a COPY … FROM STDIN in text format.
    func copy(_ sql: String, _ lines: [UInt8]) throws(Failure) {
        let begun = pq.exec(handle, sql)
        let status = pq.result_status(begun)
        defer { pq.clear(begun) }
        guard status == number(TAILSHIP_PQ_COPY_IN) else { throw failure(begun) }
        let isSent = lines.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let count = min(1 << 20, bytes.count - start)
                let part = bytes.baseAddress?.advanced(by: start)
                    .assumingMemoryBound(to: CChar.self)
                guard pq.put_copy_data(handle, part, Int32(count)) == 1 else { return false }
                start += count
            }
            return true
        }
        guard isSent, pq.put_copy_end(handle, nil) == 1 else { throw lost() }
        var failed: Failure?
        while let result = pq.get_result(handle) {
            if pq.result_status(result) != number(TAILSHIP_PQ_COMMAND_OK) {
                failed = failed ?? failure(result)
            }
            pq.clear(result)
        }
        if let failed { throw failed }
    }

    private func failure(_ result: OpaquePointer?) -> Failure {
        guard let result else { return lost() }
        let state = pq.result_error_field(result, number(TAILSHIP_PQ_FIELD_SQLSTATE))
            .map { String(cString: $0) }
        let words = pq.result_error_message(result).map { String(cString: $0).trimmingNewlines }
        if state == nil, words?.isEmpty ?? true { return lost() }
        return Failure(state: state ?? "", words: words ?? "")
    }

    private func lost() -> Failure {
        let words = pq.error_message(handle).map { String(cString: $0).trimmingNewlines }
        return Failure(state: "", words: words ?? "the connection was lost")
    }

    private func number(_ value: Int) -> Int32 { Int32(value) }
}
