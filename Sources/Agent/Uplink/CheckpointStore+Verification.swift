import SQL
import Tailing

/// Streams of one receiver by whether both sides agreed on their digest.
struct VerificationTotals {
    var verified = 0
    var verifiedBytes: UInt64 = 0
    var unverified = 0
}

extension CheckpointStore {
    /// Counts the streams that can be compared.
    func verification(_ receiver: ReceiverNumber) throws(SQLError) -> VerificationTotals {
        var totals = VerificationTotals()
        try connection.prepare(
            """
            SELECT count(*) FILTER (WHERE verified = 1),
                coalesce(sum(acked) FILTER (WHERE verified = 1), 0.0),
                count(*) FILTER (WHERE verified = 0 AND closed = 0)
            FROM cursors WHERE receiver = ?
            """
        ).query(receiver) { row throws(SQLError) in
            totals.verified = Int(row.int(0))
            totals.verifiedBytes = UInt64(max(0, row.double(1)))
            totals.unverified = Int(row.int(2))
        }
        return totals
    }

    /// Forgets every verification of files that can still be read: all are compared again.
    func forgetVerifications() throws(SQLError) {
        try flush()
        try connection.execute(
            """
            UPDATE streams SET digest = NULL WHERE state < 2;
            UPDATE cursors SET verified = 0 WHERE closed = 0 AND verified = 1
                AND stream IN (SELECT number FROM streams WHERE state = 0);
            """
        )
    }
}
