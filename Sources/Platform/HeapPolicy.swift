import CLinux

/// How memory that is not used any more goes back to the system.
package enum HeapPolicy {
    /// The size in bytes from which memory is mapped on its own, and unmapped when it is let go.
    private static let mapped: Int32 = 1 << 20
    /// How many bytes may stay free at the end of a heap.
    private static let kept: Int32 = 1 << 20
    private static let heaps: Int32 = 4

    /// Keeps the process small after a peak; to be called before threads are made.
    ///
    /// By itself the C library raises the first bound up to 32 MiB with what is let go, and has heaps for each thread,
    /// so that large buffers of many threads stay where they were.
    package static func apply() {
        mallopt(M_MMAP_THRESHOLD, mapped)
        mallopt(M_TRIM_THRESHOLD, kept)
        mallopt(M_ARENA_MAX, heaps)
    }
}
