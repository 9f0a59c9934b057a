import Core
import Platform
import Settings
import Shipping
import Wire

/// What all parts of one agent share; it belongs to the loop's thread.
final class AgentContext {
    let settings: AgentSettings
    let time: any AgentTime
    let connector: any UplinkConnector
    let store: CheckpointStore
    let keeper: FileKeeper
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: FileKeeper.bufferBytes,
        alignment: 64
    )
    let batchBuffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: BatchDraft.bufferBytes,
        alignment: 64
    )
    var limiter: RateLimiter
    let trace: AckTrace?
    /// Tells the owner that the keeper has something to read.
    var workPlanner: (() -> Void)?
    private let instance: UInt64

    init(
        settings: AgentSettings,
        time: any AgentTime,
        connector: any UplinkConnector,
        store: CheckpointStore,
        keeper: FileKeeper,
        trace: AckTrace? = nil
    ) {
        self.settings = settings
        self.time = time
        self.connector = connector
        self.store = store
        self.keeper = keeper
        self.trace = trace
        limiter = RateLimiter(bytesPerSecond: settings.rateLimit, now: time.now)
        instance = time.random()
    }

    deinit {
        readBuffer.deallocate()
        batchBuffer.deallocate()
    }

    /// The agent's version, as it is told to receivers.
    static let version = "0.1.0"

    func hello(nonce: Nonce) -> Hello {
        Hello(
            versions: ProtocolVersion.supported,
            agentVersion: AgentContext.version,
            host: Host.name,
            user: Host.userName,
            system: Host.operatingSystem,
            instance: instance,
            nonce: nonce,
            sources: keeper.sources.prefix(Limits.sources).map {
                SourceFacts(name: $0.name, root: $0.root)
            }
        )
    }
}
