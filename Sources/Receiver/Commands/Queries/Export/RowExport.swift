import Catalog
import Core

/// All rows of sessions as one JSON object: an array for each table.
enum RowExport {
    static func write(
        _ sessions: [SessionSummary],
        _ catalog: CatalogReader,
        _ write: (String) -> Bool
    ) throws(OperatorError) {
        var opening = "{"
        for table in ["sessions"] + CatalogReader.sessionTables {
            _ = write("\(opening)\"\(table)\":[")
            var separator = "\n"
            for session in sessions {
                try catalog.forEachRow(of: table, session: session.id) { row in
                    var writer = JSONWriter()
                    writer.object { json in
                        for (name, value) in row { RowWriter.write(name, value, &json) }
                    }
                    _ = write(separator + writer.result)
                    separator = ",\n"
                }
            }
            _ = write("\n]")
            opening = ",\n"
        }
        _ = write("}\n")
    }
}
