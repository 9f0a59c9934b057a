import Core
import Delivery
import Settings

extension ConsumerSettings {
    /// Rows and bytes of a batch of those who did not say it.
    ///
    /// Backends that keep columns make files of every table and day of a batch: the fewer batches, the cheaper a row.
    private var usualBatch: (rows: Int, bytes: UInt64) {
        switch backend {
        case .clickhouse, .parquet: (20_000, 32 << 20)
        default: (DeliveryPolicy().batchRows, 16 << 20)
        }
    }

    /// Bytes of a batch, more or less.
    var bytesAtOnce: Int { Int(clamping: batchBytes ?? usualBatch.bytes) }

    /// When and how much is delivered.
    var policy: DeliveryPolicy {
        var policy = DeliveryPolicy()
        policy.batchRows = batchRows ?? usualBatch.rows
        policy.batchAge = batchAge ?? (backend == .parquet ? .seconds(60) : policy.batchAge)
        policy.retryLongest = retryLongest
        policy.retryFirst = min(policy.retryFirst, retryLongest)
        policy.blockedWait = blockedWait
        return policy
    }
}
