import Core
import Glibc
import Platform
import Synchronization
import Testing

@Suite struct EventLoopTests {
    @Test("Timers fire in the order of their deadlines, and of scheduling within one")
    func timerOrder() throws {
        let loop = try EventLoop()
        var order: [Int] = []
        loop.schedule(after: .milliseconds(20)) { order.append(3) }
        loop.schedule(after: .milliseconds(5)) { order.append(2) }
        loop.schedule(after: .zero) { order.append(0) }
        loop.schedule(after: .zero) { order.append(1) }
        loop.schedule(after: .milliseconds(30)) { loop.stop() }
        let start = Clock.monotonic()
        loop.run()
        #expect(order == [0, 1, 2, 3])
        #expect((Clock.monotonic() - start).milliseconds >= 30)
    }

    @Test("A timer that was late fires once, and one set by its body waits for the next turn")
    func lateTimer() throws {
        let loop = try EventLoop()
        var ticks = 0
        var hooks = 0
        func tick() {
            ticks += 1
            loop.afterEvents {
                hooks += 1
                loop.stop()
            }
            loop.schedule(after: .milliseconds(20)) { tick() }
        }
        loop.schedule(after: .milliseconds(20)) { tick() }
        loop.schedule(after: .zero) { usleep(150_000) }
        loop.run()
        #expect(ticks == 1)
        #expect(hooks == 1)
    }

    @Test("A timer cancelled by another of the same moment does not fire")
    func cancelTimerInTimer() throws {
        let loop = try EventLoop()
        var fired = false
        var second: Timer?
        loop.schedule(after: .zero) { second?.cancel() }
        second = loop.schedule(after: .zero) { fired = true }
        loop.schedule(after: .milliseconds(5)) { loop.stop() }
        loop.run()
        #expect(!fired)
    }

    @Test("A source cancelled by another handler of the same batch stays silent")
    func cancelInBatch() throws {
        let loop = try EventLoop()
        let pipes = [Pipe(), Pipe()]
        var sources: [EventSource] = []
        var calls: [Int] = []
        for (index, pipe) in pipes.enumerated() {
            pipe.write()
            let source = try loop.add(pipe.reading, interest: .readable) { _ in
                calls.append(index)
                for source in sources { source.cancel() }
            }
            sources.append(source)
        }
        loop.schedule(after: .milliseconds(10)) { loop.stop() }
        withExtendedLifetime(pipes) { loop.run() }
        #expect(calls.count == 1)
    }

    @Test("The place of a source cancelled in a batch is not confused with its successor")
    func reuseInBatch() throws {
        let loop = try EventLoop()
        let pipes = [Pipe(), Pipe(), Pipe()]
        var sources: [EventSource] = []
        var wrong = false
        for pipe in pipes.prefix(2) {
            pipe.write()
            let source = try loop.add(pipe.reading, interest: .readable) { _ in
                for source in sources { source.cancel() }
                for _ in 0..<2 {
                    _ = try? loop.add(pipes[2].reading, interest: .readable) { _ in wrong = true }
                }
            }
            sources.append(source)
        }
        loop.schedule(after: .milliseconds(10)) { loop.stop() }
        withExtendedLifetime(pipes) { loop.run() }
        #expect(!wrong)
    }

    @Test("Without interest a source is silent; with interest it hears again")
    func interest() throws {
        let loop = try EventLoop()
        let pipe = Pipe()
        pipe.write()
        var calls = 0
        let source = try loop.add(pipe.reading, interest: []) { readiness in
            #expect(readiness == .readable)
            calls += 1
            loop.stop()
        }
        loop.schedule(after: .milliseconds(10)) {
            #expect(calls == 0)
            source.update(.readable)
        }
        loop.run()
        #expect(calls == 1)
    }

    @Test("A closed peer is told with what the source waits for, and without interest at most once")
    func hangUp() throws {
        let loop = try EventLoop()
        let pipe = Pipe()
        var heard: [Readiness] = []
        let source = try loop.add(pipe.reading, interest: .readable) { readiness in
            heard.append(readiness)
            loop.stop()
        }
        pipe.closeWriting()
        loop.run()
        #expect(heard == [[.readable, .hangUp]])
        source.update([])
        loop.schedule(after: .milliseconds(10)) { loop.stop() }
        loop.run()
        loop.schedule(after: .milliseconds(10)) { loop.stop() }
        loop.run()
        #expect(heard.count <= 2)
    }

    @Test(
        "What other threads post runs on the loop's thread, all of it, each thread's in its order"
    )
    func posting() throws {
        let remote = try LoopRemote()
        let bound = Mutex<LoopBound<EventLoop>?>(nil)
        let ready = Signal()
        let runner = Thread.spawn(name: "loop") {
            guard let loop = try? EventLoop(remote: remote) else { return }
            bound.withLock { $0 = LoopBound(loop, on: loop) }
            ready.notify()
            loop.run()
        }
        #expect(ready.wait(timeout: .seconds(60)))
        let stop = Counter(4000)
        let threads = (0..<4).map { index in
            Thread.spawn(name: "poster \(index)") {
                for number in 0..<1000 {
                    remote.post { stop.add(index, number) }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(stop.done.wait(timeout: .seconds(10)))
        #expect(stop.isInOrder)
        let loop = bound.withLock { $0 }
        remote.post { loop?.object.stop() }
        runner.join()
    }

    @Test("A closed loop lets go of what was posted, and takes nothing more")
    func closed() throws {
        let loop = try EventLoop()
        let ended = Mutex(false)
        do {
            let bound = LoopBound(Ending { ended.withLock { $0 = true } }, on: loop)
            // The remote holds the closure, and that by way of `bound` the remote.
            #expect(loop.remote.post { _ = bound.object })
        }
        #expect(!ended.withLock { $0 })
        loop.close()
        #expect(ended.withLock { $0 })
        #expect(!loop.remote.post {})
    }

    @Test("An object of the loop that another thread lets go of ends on the loop's thread")
    func boundObject() throws {
        let loop = try EventLoop()
        let ended = Mutex<pthread_t?>(nil)
        let box = Mutex<LoopBound<Ending>?>(
            LoopBound(Ending { ended.withLock { $0 = pthread_self() } }, on: loop)
        )
        let thread = Thread.spawn(name: "other") { box.withLock { $0 = nil } }
        thread.join()
        #expect(ended.withLock { $0 } == nil)
        loop.schedule(after: .milliseconds(10)) { loop.stop() }
        loop.run()
        let place = try #require(ended.withLock { $0 })
        #expect(pthread_equal(place, pthread_self()) != 0)
    }

    @Test("Hooks run once after the whole batch, and their hooks after the next")
    func hooks() throws {
        let loop = try EventLoop()
        let pipes = (0..<5).map { _ in Pipe() }
        var events = 0
        var flushed: [Int] = []
        var isHooked = false
        for pipe in pipes {
            pipe.write()
            try loop.add(pipe.reading, interest: .readable) { _ in
                pipe.drain()
                events += 1
                if isHooked { return }
                isHooked = true
                loop.afterEvents {
                    flushed.append(events)
                    loop.afterEvents {
                        flushed.append(-1)
                        loop.stop()
                    }
                }
            }
        }
        loop.run()
        #expect(flushed == [5, -1])
    }

    @Test("A loop without timers sleeps until it is woken")
    func noTick() throws {
        let loop = try EventLoop()
        var before = rusage()
        var after = rusage()
        let remote = loop.remote
        let waker = Thread.spawn(name: "waker") {
            usleep(200_000)
            remote.post {}
        }
        var turns = 0
        remote.post {}
        loop.afterEvents { turns += 1 }
        getrusage(__rusage_who_t(rusageThread), &before)
        loop.schedule(after: .milliseconds(400)) { loop.stop() }
        loop.run()
        getrusage(__rusage_who_t(rusageThread), &after)
        waker.join()
        #expect(turns == 1)
        // Three sleeps, and a few more for what the machine does besides.
        #expect(after.ru_nvcsw - before.ru_nvcsw < 12)
    }

    @Test("A regular file cannot be waited for, and says so")
    func regularFile() throws {
        let folder = ScratchFolder()
        let descriptor = open(folder.text("f"), O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        let loop = try EventLoop()
        let error = #expect(throws: SystemError.self) {
            try loop.add(descriptor, interest: .readable) { _ in }
        }
        #expect(error?.isPermission == true)
    }
}

/// RUSAGE_THREAD, which only _GNU_SOURCE declares.
private let rusageThread: Int32 = 1

/// Collects what threads posted and says when all is there.
private final class Counter: Sendable {
    let done = Signal()
    private let total: Int
    private let numbers = Mutex<[[Int]]>([[], [], [], []])

    init(_ total: Int) { self.total = total }

    func add(_ thread: Int, _ number: Int) {
        let count = numbers.withLock { numbers in
            numbers[thread].append(number)
            return numbers.reduce(0) { $0 + $1.count }
        }
        if count == total { done.notify() }
    }

    var isInOrder: Bool { numbers.withLock { $0.allSatisfy { $0 == Array(0..<1000) } } }
}

/// Tells when it ends.
private final class Ending {
    private let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
    deinit { body() }
}
