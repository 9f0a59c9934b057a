import CMongo
import Delivery

/// A client of a MongoDB server; it belongs to one thread, blocks it, and closes with its last reference.
final class MongoConnection {
    /// What a server said.
    struct Failure: Error {
        var domain: UInt32
        var code: UInt32
        var words: String
    }

    /// What is done to one document.
    enum Change {
        case replace(filter: [UInt8], document: [UInt8])
        case remove(filter: [UInt8])
    }

    private static let library: tailship_mongo? = {
        var table = tailship_mongo()
        return tailship_mongo_load(&table) != 0 ? table : nil
    }()

    private let mongo: tailship_mongo
    private let client: OpaquePointer

    /// A client for the server of a connection string; it connects with the first request.
    init(_ url: String) throws(Refusal) {
        guard let mongo = MongoConnection.library else {
            throw .blocked(
                "libmongoc, MongoDB's client library, is not installed",
                remedy: "apt install libmongoc-1.0-0"
            )
        }
        guard let client = mongo.client(url) else {
            throw .blocked("\"url\" is no connection string", remedy: "mongodb://HOST:27017")
        }
        self.mongo = mongo
        self.client = client
        _ = mongo.set_error_api(client, 2)
    }

    deinit { mongo.client_destroy(client) }

    /// Runs a command on a database.
    func command(_ database: String, _ command: [UInt8]) throws(Failure) {
        let document = make(command)
        defer { mongo.bson_destroy(document) }
        var error = tailship_bson_error()
        var table = mongo
        guard tailship_mongo_run(&table, client, database, document, &error) else {
            throw failure(error)
        }
    }

    /// Makes all changes, in any order; one that finds its document at a greater `rev` changes nothing.
    func change(
        _ database: String,
        _ collection: String,
        _ changes: [Change]
    ) throws(Failure) {
        let target = mongo.collection(client, database, collection)
        defer { mongo.collection_destroy(target) }
        var options = BSONWriter()
        options.bool("ordered", false)
        let unordered = make(options.document)
        var upsert = BSONWriter()
        upsert.bool("upsert", true)
        let upserting = make(upsert.document)
        let bulk = mongo.bulk(target, unordered)
        defer {
            mongo.bulk_destroy(bulk)
            mongo.bson_destroy(unordered)
            mongo.bson_destroy(upserting)
        }
        for change in changes { try add(change, to: bulk, upserting) }
        var error = tailship_bson_error()
        var table = mongo
        var reply: UnsafeMutablePointer<UInt8>?
        var length: UInt32 = 0
        let server = tailship_mongo_execute(&table, bulk, &reply, &length, &error)
        let answer = reply.map { Array(UnsafeBufferPointer(start: $0, count: Int(length))) } ?? []
        free(reply)
        if server == 0, !BulkReply.hasOnlyDuplicates(answer) { throw failure(error) }
    }

    private func add(
        _ change: Change,
        to bulk: OpaquePointer?,
        _ upserting: OpaquePointer?
    ) throws(Failure) {
        var error = tailship_bson_error()
        let isAdded: Bool
        switch change {
        case .replace(let filter, let document):
            let selector = make(filter)
            let replacement = make(document)
            isAdded = mongo.bulk_replace(bulk, selector, replacement, upserting, &error)
            mongo.bson_destroy(selector)
            mongo.bson_destroy(replacement)
        case .remove(let filter):
            let selector = make(filter)
            isAdded = mongo.bulk_remove(bulk, selector, nil, &error)
            mongo.bson_destroy(selector)
        }
        if !isAdded { throw failure(error) }
    }

    private func make(_ document: [UInt8]) -> OpaquePointer? {
        mongo.bson_from_data(document, document.count)
    }

    private func failure(_ error: tailship_bson_error) -> Failure {
        var error = error
        let words = String(cString: tailship_bson_words(&error))
        return Failure(domain: error.domain, code: error.code, words: words)
    }
}
