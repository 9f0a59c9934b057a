import Core
import Glibc

/// What one thread waits on and others wake it with.
///
/// A notification that comes first is kept, several become one, and each lets one waiter go.
///
/// Unchecked because of the pointers: they are set once, freed when nobody refers to the object any
/// more, and point at a pthread mutex and condition, made for use from any thread. `isNotified` is only
/// touched under that mutex.
package final class Signal: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isNotified = false

    /// A signal of which nobody was notified yet.
    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Lets one waiter go, now or later.
    package func notify() {
        pthread_mutex_lock(mutex)
        isNotified = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for a notification and takes it.
    package func wait() {
        pthread_mutex_lock(mutex)
        while !isNotified { pthread_cond_wait(condition, mutex) }
        isNotified = false
        pthread_mutex_unlock(mutex)
    }

    /// Waits as `wait`, but no longer than `timeout` (time of suspension not counted); false when it has
    /// passed without a notification.
    package func wait(timeout: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        // Beyond a century the sum could overflow, and nobody can tell the difference.
        let delay = min(max(0, timeout.nanoseconds), 100 * 365 * 86_400 * 1_000_000_000)
        let nanoseconds = Int64(deadline.tv_nsec) + delay
        deadline.tv_sec += time_t(nanoseconds / 1_000_000_000)
        deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isNotified {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
        }
        defer { isNotified = false }
        return isNotified
    }
}
