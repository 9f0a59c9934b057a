import Core
import Wire

extension Uplink {
    /// What the driver is to do, in order.
    package enum Action: Hashable, Sendable {
        case send(Message, request: UInt32)
        /// Store the nonce durably before anything that follows.
        case storeNonce(Nonce)
        /// In these buckets, only what the receiver lists is durable there; other cursors are to be opened anew.
        case reconcile(BucketSet, [Position])
        /// Opening and shipping may begin.
        case ready
        case opened(LocalStream, Resume)
        /// The receiver gave the generation that another stream is shipped to on this connection.
        case occupied(LocalStream, Resume)
        case openRefused(LocalStream, Refusal)
        /// The stream is durable up to the offset.
        case acked(LocalStream, UInt64)
        /// The receiver lacks bytes that were sent: go on from the offset.
        case rewound(LocalStream, UInt64)
        /// The events that were given with this number are durable.
        case eventsAcked(UInt64)
        case verified(LocalStream, DigestClaim)
        case mismatched(LocalStream, DigestClaim)
        case digestRefused(LocalStream, Refusal)
        case windowChanged(Window)
        case renewalDue
        case renewed([UInt8])
        case renewalRefused(Refusal)
        /// Close the connection; `refusal` is the receiver's reason where it gave one.
        case close(reason: String, refusal: Refusal?)
    }
}
