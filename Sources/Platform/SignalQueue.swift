import CLinux
import Glibc

/// A signalfd(2), open as long as the handler that reads it.
final class SignalQueue {
    private let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    var rawDescriptor: Int32 { descriptor.rawValue }

    /// The number of the next signal; nil when no more are waiting.
    func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        let count = systemCall { read(descriptor.rawValue, &information, size) }
        return count == size ? Int32(truncatingIfNeeded: information.ssi_signo) : nil
    }
}
