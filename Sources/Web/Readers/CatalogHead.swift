import Catalog
import Core
import SQL

/// How far the catalog is.
struct CatalogHead: Sendable, Hashable {
    /// Which life of the catalog it is; 16 hexadecimal digits.
    var epoch = ""
    var rev: Int64 = 0
    var seq: Int64 = 0
    /// Which numbering `seq` is of: another one after each time that the catalog was made anew.
    var series = ""

    init() {}

    init(_ catalog: CatalogReader) throws(OperatorError) {
        var origin = UInt64(0)
        try catalog.forEach("SELECT name, value FROM properties") { row in
            switch row.text(0) {
            case "epoch":
                epoch = CatalogReader.hex(row.int(1))
                origin ^= row.uint64(1)
            // What a rebuild begins behind.
            case "first_rev": origin ^= row.uint64(1) &* 0x9e37_79b9_7f4a_7c15
            case "rev": rev = row.int(1)
            case "seq": seq = row.int(1)
            default: break
            }
        }
        series = String(CatalogReader.hex(Int64(bitPattern: origin)).prefix(8))
    }

    /// Where the stream is.
    var position: StreamPosition { StreamPosition(series: series, seq: seq) }
}
