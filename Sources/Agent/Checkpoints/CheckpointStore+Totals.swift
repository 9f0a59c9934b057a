import Core
import SQL
import Tailing

extension CheckpointStore {
    /// Paths that are followed now, and all generations that are remembered.
    package func totals() throws(SQLError) -> (files: Int, streams: Int) {
        try statement(.totals).first { (Int($0.int(0)), Int($0.int(1))) } ?? (0, 0)
    }

    /// What the receiver lacks, counted anew.
    package func totals(_ receiver: ReceiverNumber) throws(SQLError) -> ReceiverTotals {
        var totals = ReceiverTotals(streams: 0, bytes: 0, oldest: nil, gaps: 0, gapBytes: 0)
        try statement(.pending).query(receiver) { row throws(SQLError) in
            totals.streams = Int(row.int(0))
            totals.bytes = UInt64(max(0, row.double(1)))
            totals.oldest = row.isNull(2) ? nil : WallTime(nanoseconds: row.int(2))
        }
        try statement(.gaps).query(receiver) { row throws(SQLError) in
            totals.gaps = Int(row.int(0))
            totals.gapBytes = UInt64(max(0, row.double(1)))
        }
        return totals
    }

    /// What the state folder keeps, counted anew.
    package func heldTotals() throws(SQLError) -> HeldTotals {
        var totals = HeldTotals(files: 0, bytes: 0, copies: 0, copiedBytes: 0)
        try statement(.heldGoneTotal).query { row throws(SQLError) in
            totals.files = Int(row.int(0))
            totals.bytes = UInt64(row.double(1))
        }
        try statement(.copiedTotal).query { row throws(SQLError) in
            totals.copies = Int(row.int(0))
            totals.copiedBytes = UInt64(row.double(1))
        }
        return totals
    }

    /// Held streams whose name is gone, the longest gone first.
    func heldGone(limit: Int) throws(SQLError) -> [HoldPolicy.Candidate] {
        try statement(.heldGone).all(limit) { row in
            HoldPolicy.Candidate(
                number: row.int(0),
                size: row.uint64(1),
                verified: row.bool(2),
                acknowledged: row.bool(3)
            )
        }
    }

    /// Copies that every receiver has verified.
    func verifiedCopies(limit: Int) throws(SQLError) -> [StreamNumber] {
        try statement(.copied).all(limit) { $0.int(0) }
    }
}
