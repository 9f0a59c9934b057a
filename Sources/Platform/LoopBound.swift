import Glibc

/// An object of a loop's thread, in the hands of other threads: they can carry it and post it back,
/// and only there can it be taken out. So a posted closure reaches what the loop owns:
///
///     let connection = LoopBound(connection, on: loop)
///     journal.append(bytes) { loop.remote.post { connection.object.acknowledge() } }
///
/// Unchecked because the object need not be Sendable: it is touched on its loop's thread alone. `object`
/// checks that, and the reference to it, when let go of elsewhere, is released over there, while the
/// loop lives.
package final class LoopBound<Object: AnyObject>: @unchecked Sendable {
    private let reference: Unmanaged<Object>
    private let thread: pthread_t
    private let remote: LoopRemote

    /// Binds the object to this thread, which must be the loop's.
    package init(_ object: Object, on loop: EventLoop) {
        reference = .passRetained(object)
        thread = pthread_self()
        remote = loop.remote
    }

    deinit {
        if isHere { return reference.release() }
        let address = UInt(bitPattern: reference.toOpaque())
        let isPosted = remote.post {
            guard let pointer = UnsafeRawPointer(bitPattern: address) else { return }
            Unmanaged<AnyObject>.fromOpaque(pointer).release()
        }
        // The loop is closed: its thread does nothing with the object any more.
        if !isPosted { reference.release() }
    }

    /// The object; from any other thread than its loop's the process ends.
    package var object: Object {
        precondition(isHere, "An object of a loop was touched on another thread")
        return reference.takeUnretainedValue()
    }

    private var isHere: Bool { pthread_equal(thread, pthread_self()) != 0 }
}
