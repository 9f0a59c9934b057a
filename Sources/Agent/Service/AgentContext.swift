import Core
import Platform
import Settings
import Shipping
import Transport
import Wire

/// What all parts of one agent share; it belongs to the loop's thread.
final class AgentContext {
    let settings: AgentSettings
    let loop: EventLoop
    /// The whole file system; links are followed.
    let disk: LinuxDisk
    let store: CheckpointStore
    let keeper: FileKeeper
    let buffers = LinkBuffers()
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
    private let instance = Entropy.uint64()

    init(
        settings: AgentSettings,
        loop: EventLoop,
        disk: LinuxDisk,
        store: CheckpointStore,
        keeper: FileKeeper
    ) {
        self.settings = settings
        self.loop = loop
        self.disk = disk
        self.store = store
        self.keeper = keeper
        limiter = RateLimiter(bytesPerSecond: settings.rateLimit, now: loop.now)
        trace = AckTrace.fromEnvironment(disk)
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
