import Core
import Glibc

/// The two clocks of the system.
package enum Clock {
    /// Time since the machine started, suspension counted (CLOCK_BOOTTIME).
    package static func monotonic() -> Instant { Instant(nanoseconds: read(CLOCK_BOOTTIME)) }

    /// Calendar time (CLOCK_REALTIME).
    package static func wall() -> WallTime { WallTime(nanoseconds: read(CLOCK_REALTIME)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
