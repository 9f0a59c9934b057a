import Settings

extension ConsumerSettings {
    /// What becomes of a row that a backend gets once more, as a sentence for people.
    package var repeatRule: String {
        switch backend {
        case .jsonl:
            by == .session && delivery == .session
                ? "The files of the sessions are replaced."
                : "They come behind the lines that are there: of an id the greatest rev counts."
        case .clickhouse:
            "ClickHouse keeps the greatest rev of an id (ReplacingMergeTree, read with FINAL): "
                + "no row is there twice."
        case .postgresql:
            "PostgreSQL merges by id and takes a greater rev only: no row is there twice."
        case .parquet:
            "Files of the same batch are replaced; of an id the greatest rev counts, and a day that "
                + "has many files is written anew with one row of each id."
        case .questdb:
            "QuestDB replaces rows of the same timestamp and id (DEDUP UPSERT KEYS): no row is "
                + "there twice."
        case .mongodb:
            "MongoDB replaces documents of the same _id: none is there twice."
        case .neo4j: "Neo4j merges nodes by id: none is there twice."
        case .webhook: "Its server must tell repeats by id and rev."
        case .exec: "The program must tell repeats by id and rev."
        case nil: ""
        }
    }
}
