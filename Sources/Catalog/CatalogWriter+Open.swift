import Core
import Platform
import SQL

extension CatalogWriter {
    /// The log is cut to this length when it is begun anew; a long transaction makes it longer.
    private static let logBytes = 4 << 20

    /// Opens the file, or makes it; a schema newer than this program is refused.
    package static func open(
        _ path: BytePath,
        options: CatalogOptions = CatalogOptions(),
        pricing: any Pricing = NoPricing()
    ) throws(SQLError) -> CatalogWriter {
        let isLive = options.purpose == .live
        let database = try Connection(
            path: path,
            options: ConnectionOptions(
                journalMode: isLive ? .wal : nil,
                synchronous: .full,
                cacheKiB: options.cacheKiB,
                temporaryStore: .memory,
                incrementalVacuum: true,
                foreignKeys: false
            )
        )
        if isLive {
            try database.execute("PRAGMA journal_size_limit = \(logBytes)")
        } else {
            try database.execute("PRAGMA journal_mode = OFF")
            try database.execute("PRAGMA synchronous = OFF")
        }
        let functions = try StoredFunctions.define(in: database)
        try CatalogSchema.migrations.apply(to: database)
        let store = try CatalogStore(database, functions)
        if case .null = try store.value(of: "epoch") {
            try database.transaction { () throws(SQLError) in
                try store.set("epoch", .integer(Int64(bitPattern: Entropy.uint64())))
                try store.set("finding_key", .blob(Entropy.bytes(32)))
                try store.set("parser_version", .integer(Int64(ParserVersion.current)))
                try store.set("schema_version", .integer(Int64(CatalogSchema.migrations.version)))
                try store.storeCounters()
            }
            try store.reload()
        }
        guard !isLive else { return try CatalogWriter(store, pricing) }
        store.beginRemembering()
        store.keepsMoves = false
        store.deferredIndexes = try DeferredIndexes(database)
        let builder = try SearchBuilder(catalog: path, database, niceness: options.niceness)
        return try CatalogWriter(store, pricing, builder: builder)
    }

    /// Which life of the catalog this is: a cursor of another begins from the start.
    package var epoch: UInt64 {
        get throws(SQLError) { UInt64(bitPattern: try store.value(of: "epoch").integer ?? 0) }
    }

    /// Begins another life of the catalog behind `rev`: cursors of before say nothing any more, and what changes from
    /// now on has a greater `rev` than anything that was delivered.
    ///
    /// Call it outside a transaction.
    package func beginLife(after rev: Int64) throws(SQLError) {
        let store = store
        try store.database.transaction { () throws(SQLError) in
            store.begin(after: rev)
            try store.set("epoch", .integer(Int64(bitPattern: Entropy.uint64())))
            try store.storeCounters()
        }
    }

    /// The greatest `rev` that was given out, committed or not.
    package var rev: Int64 { store.rev }

    /// Whether the rows were made by another version of parser or schema than this program's.
    package var needsRebuild: Bool {
        get throws(SQLError) {
            let parser = try store.value(of: "parser_version").integer
            let schema = try store.value(of: "schema_version").integer
            return parser != Int64(ParserVersion.current)
                || schema != Int64(CatalogSchema.migrations.version)
        }
    }

    /// Files whose rows the archive cannot give any more: it let their bytes go, and they stayed.
    package var expiredFiles: Int64 {
        get throws(SQLError) { try ExpiredFiles.count(store.database) }
    }

    /// What is wrong between the search indexes and their tables; empty when they agree.
    ///
    /// It reads all of both.
    package var searchFaults: [String] { FullTextSearch.check(store.database) }
}
