import Core
import Glibc
import Platform
import Synchronization
import Testing

@Suite struct ProcessTests {
    private let folder = ScratchFolder()

    @Test("A lock has one holder at a time, who is named")
    func fileLock() throws {
        let path = folder.at("lock")
        #expect(FileLock.holder(path) == nil)
        var first = try FileLock.tryAcquire(path)
        #expect(first != nil)
        #expect(try FileLock.tryAcquire(path) == nil)
        #expect(FileLock.holder(path) == getpid())
        first = nil
        let second = try FileLock.tryAcquire(path)
        #expect(second != nil)
        #expect(try folder.disk().status("lock")?.mode == 0o644)
    }

    @Test("A lock is not taken through a symbolic link, and a missing folder is an error")
    func lockErrors() throws {
        try folder.write("target", "keep")
        symlink(folder.text("target"), folder.text("link"))
        #expect(throws: SystemError.self) { try FileLock.tryAcquire(folder.at("link")) }
        #expect(throws: SystemError.self) { try FileLock.tryAcquire(folder.at("none/lock")) }
        #expect(try folder.disk().status("target")?.size == 4)
    }

    @Test("A signal becomes an event of the loop")
    func signals() throws {
        let loop = try EventLoop()
        var seen: [Signals.Kind] = []
        let source = try Signals.handle([.user1, .windowChanged], on: loop) { kind in
            seen.append(kind)
            if seen.count == 2 { loop.stop() }
        }
        // To this thread: others of the test run do not block them.
        pthread_kill(pthread_self(), SIGUSR1)
        pthread_kill(pthread_self(), SIGWINCH)
        let timer = loop.schedule(after: .seconds(5)) { loop.stop() }
        loop.run()
        timer.cancel()
        #expect(Set(seen) == [.user1, .windowChanged])
        source.cancel()
    }

    @Test("A thread runs its body, has its name, takes no signals and can be waited for")
    func thread() {
        let facts = Mutex<(name: String, blocked: Bool)>(("", false))
        let thread = Thread.spawn(name: "a name that is too long") {
            var set = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &set)
            let name = LineFile.read("/proc/thread-self/comm")
            facts.withLock { $0 = (name, sigismember(&set, SIGTERM) == 1) }
        }
        thread.join()
        thread.join()
        #expect(facts.withLock { $0.name } == "a name that is ")
        #expect(facts.withLock { $0.blocked })
    }

    @Test("A notification is kept for one waiter, and waiting ends at its time")
    func signal() {
        let signal = Signal()
        signal.notify()
        signal.notify()
        #expect(signal.wait(timeout: .zero))
        let start = Clock.monotonic()
        #expect(!signal.wait(timeout: .milliseconds(50)))
        #expect((Clock.monotonic() - start).milliseconds >= 50)
        let thread = Thread.spawn(name: "notifier") { signal.notify() }
        signal.wait()
        thread.join()
        #expect(!signal.wait(timeout: .zero))
    }

    @Test("The host's facts are those that other programs see")
    func host() throws {
        #expect(Host.name == LineFile.read("/proc/sys/kernel/hostname"))
        #expect(!Host.userName.isEmpty)
        #expect(Host.homeDirectory?.isAbsolute == true)
        #expect(!Host.operatingSystem.contains("\""))
        #expect(Host.residentBytes() > 1 << 20)
        #expect(Host.residentBytes() < 1 << 34)
        #expect(Host.coreCount >= 1)
        #expect(Host.environment("TAILSHIP_NO_SUCH_VARIABLE") == nil)
        #expect(Host.environment("PATH") != nil)
        #expect(Host.raiseDescriptorLimit() >= 256)
        #expect(!Host.isTerminal(-1))
        #expect(Host.machineID.map { $0.utf8.count == 32 } ?? true)
    }

    @Test("Background priority is taken by the thread that asks for it")
    func priority() {
        let levels = Mutex<[Int32]>([])
        let thread = Thread.spawn(name: "background") {
            Host.setBackgroundPriority()
            levels.withLock { $0.append(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)) }
        }
        thread.join()
        #expect(levels.withLock { $0 } == [10])
    }

    @Test("Local file systems are told from those that others write to")
    func fileSystems() throws {
        #expect(try !Host.fileSystemType("/proc").isRemote)
        #expect(FileSystemType(magic: 0x6969).remoteName == "NFS")
        #expect(FileSystemType(magic: 0x6573_5546).isRemote)
        #expect(!FileSystemType(magic: 0xef53).isRemote)
        #expect(throws: SystemError.self) { try Host.fileSystemType("/no/such/path") }
    }

    @Test("Random bytes differ and fill all that was asked for")
    func entropy() {
        #expect(Entropy.uint64() != Entropy.uint64())
        #expect(Set(Entropy.bytes(4096)).count > 200)
        #expect(Entropy.bytes(0).isEmpty)
    }

    @Test(
        "Errors are told with the call, its subject, the words and the symbol",
        arguments: [
            (
                SystemError(errno: EACCES, call: "open", path: "/x/y"),
                "open /x/y: Permission denied (EACCES)"
            ),
            (SystemError(errno: EIO, call: "fdatasync"), "fdatasync: Input/output error (EIO)"),
            (SystemError(errno: 9999, call: "x"), "x: Unknown error 9999 (errno 9999)"),
        ]
    )
    func errors(_ error: SystemError, _ text: String) {
        #expect(error.description == text)
    }
}

/// The first line of a file of the system.
enum LineFile {
    static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [CChar](repeating: 0, count: 256)
        guard fgets(&bytes, 256, file) != nil else { return "" }
        return String(
            decoding: bytes.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
