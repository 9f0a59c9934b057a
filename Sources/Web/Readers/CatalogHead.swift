import Catalog
import Core
import SQL

/// How far the catalog is.
struct CatalogHead: Sendable, Hashable {
    /// Which life of the catalog it is; 16 hexadecimal digits.
    var epoch = ""
    var rev: Int64 = 0
    var seq: Int64 = 0

    init() {}

    init(_ catalog: CatalogReader) throws(OperatorError) {
        try catalog.forEach("SELECT name, value FROM properties") { row in
            switch row.text(0) {
            case "epoch": epoch = CatalogReader.hex(row.int(1))
            case "rev": rev = row.int(1)
            case "seq": seq = row.int(1)
            default: break
            }
        }
    }
}
