import CLinux
import Glibc

/// An epoll instance and the sources in it.
///
/// An event names its source by a token: the place in `places` below, and above it how often that place
/// was given away. So an event that was already fetched for a cancelled source finds nobody, even when
/// its place or its descriptor's number has been taken again meanwhile.
final class Poller {
    /// Tokens from here on are the loop's own.
    static let reserved = UInt64.max - 15
    /// Events fetched by one call.
    private static let batch = 256

    private struct Place {
        var source: EventSource?
        var turn: UInt32 = 0
    }

    private let descriptor: FileDescriptor
    private let events: UnsafeMutablePointer<epoll_event>
    private var places: [Place] = []
    private var free: [UInt32] = []

    init() throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try checked(
                systemCall { epoll_create1(Int32(EPOLL_CLOEXEC)) },
                "epoll_create1"
            )
        )
        events = .allocate(capacity: Self.batch)
    }

    deinit { events.deallocate() }

    func add(
        _ descriptor: Int32,
        interest: Interest,
        _ handler: @escaping (Readiness) -> Void
    ) throws(SystemError) -> EventSource {
        let index = free.popLast() ?? UInt32(places.count)
        if index == places.count { places.append(Place()) }
        let token = UInt64(places[Int(index)].turn) << 32 | UInt64(index)
        do {
            try add(descriptor, interest, token: token)
        } catch {
            free.append(index)
            throw error
        }
        let source = EventSource(
            descriptor,
            interest: interest,
            token: token,
            poller: self,
            handler: handler
        )
        places[Int(index)].source = source
        return source
    }

    /// Watches a descriptor of the loop itself.
    func add(_ descriptor: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
        let result = control(EPOLL_CTL_ADD, descriptor, interest, token)
        try checked(result, "epoll_ctl", "descriptor \(descriptor)")
    }

    func update(_ source: EventSource) {
        let result = control(EPOLL_CTL_MOD, source.descriptor, source.interest, source.token)
        assert(result == 0, "A source's descriptor was closed before the source was cancelled")
    }

    func remove(_ source: EventSource) {
        _ = control(EPOLL_CTL_DEL, source.descriptor, [], source.token)
        let index = UInt32(truncatingIfNeeded: source.token)
        places[Int(index)].source = nil
        places[Int(index)].turn &+= 1
        // A place whose turns are used up is given up: its tokens would come again or be reserved.
        if places[Int(index)].turn < UInt32.max { free.append(index) }
    }

    func source(_ token: UInt64) -> EventSource? {
        let index = Int(UInt32(truncatingIfNeeded: token))
        guard index < places.count, places[index].turn == UInt32(token >> 32) else { return nil }
        return places[index].source
    }

    /// Lets go of all sources, which refer back to the poller.
    func removeAll() {
        for place in places { place.source?.cancel() }
    }

    /// Waits for events, for ever unless `now`, and calls `body` with each one's token and events.
    func wait(now: Bool, _ woken: () -> Void, _ body: (UInt64, UInt32) -> Void) {
        let count = systemCall {
            epoll_wait(descriptor.rawValue, events, Int32(Self.batch), now ? 0 : -1)
        }
        guard count >= 0 else {
            // Only a wrong argument fails: nothing can be waited for, and to go on would be to spin.
            fatalError(SystemError(errno: -count, call: "epoll_wait").description)
        }
        woken()
        for index in 0..<Int(count) {
            body(events[index].data.u64, events[index].events)
        }
    }

    private func control(
        _ operation: Int32,
        _ descriptor: Int32,
        _ interest: Interest,
        _ token: UInt64
    ) -> Int32 {
        var event = epoll_event()
        if interest.contains(.readable) { event.events |= EPOLLIN.rawValue }
        if interest.contains(.writable) { event.events |= EPOLLOUT.rawValue }
        // A hang-up cannot be masked; edge-triggered it is told once instead of without end.
        if interest.isEmpty { event.events = EPOLLET.rawValue }
        event.data.u64 = token
        return systemCall { epoll_ctl(self.descriptor.rawValue, operation, descriptor, &event) }
    }
}
