import CLinux
import Core
import Glibc

/// A program that this one started, with pipes to its standard input and from its standard output.
///
/// Its standard error is this program's. It is killed when the last reference goes, and leaves no zombie.
package final class Coprocess {
    private let identifier: pid_t
    private var input: FileDescriptor?
    private let output: FileDescriptor
    private var received: [UInt8] = []
    private var isReaped = false

    /// Starts the program; a name without a slash is looked for in PATH.
    ///
    /// Nothing but the three standard descriptors is inherited.
    package init(_ command: [String]) throws(SystemError) {
        guard let program = command.first else {
            throw SystemError(errno: ENOENT, call: "posix_spawnp", subject: "")
        }
        let toChild = try Coprocess.pipe()
        let childInput = FileDescriptor(owning: toChild[0])
        input = FileDescriptor(owning: toChild[1])
        let fromChild = try Coprocess.pipe()
        output = FileDescriptor(owning: fromChild[0])
        let childOutput = FileDescriptor(owning: fromChild[1])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, childInput.rawValue, 0)
        posix_spawn_file_actions_adddup2(&actions, childOutput.rawValue, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Coprocess.resetSignals(&attributes)
        var identifier: pid_t = 0
        let code = Coprocess.withArguments(command) { arguments in
            posix_spawnp(&identifier, program, &actions, &attributes, arguments, environ)
        }
        guard code == 0 else {
            throw SystemError(errno: code, call: "posix_spawnp", subject: program)
        }
        self.identifier = identifier
        // A program that reads nothing must not hold this thread: writing waits with `poll`.
        if let descriptor = self.input?.rawValue {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit { stop() }

    /// Ends the program: closes its input, gives it a moment, and kills it.
    package func stop() {
        input = nil
        guard !isReaped else { return }
        for _ in 0..<50 {
            if waitpid(identifier, nil, WNOHANG) != 0 {
                isReaped = true
                return
            }
            usleep(20_000)
        }
        kill(identifier, SIGKILL)
        _ = systemCall { waitpid(identifier, nil, 0) }
        isReaped = true
    }

    // MARK: Talking

    /// Writes all bytes; what the program says meanwhile is kept for `line`.
    ///
    /// - Throws: `EPIPE` when it has closed its input, `ETIMEDOUT` when it does not read.
    package func write(_ bytes: [UInt8], deadline: Instant) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            guard let descriptor = input?.rawValue else {
                throw SystemError(errno: EPIPE, call: "write", subject: "a program")
            }
            let count = bytes.withUnsafeBytes { buffer in
                systemCall {
                    Glibc.write(
                        descriptor,
                        buffer.baseAddress?.advanced(by: offset),
                        buffer.count - offset
                    )
                }
            }
            if count >= 0 {
                offset += Int(count)
            } else if errno == EAGAIN {
                let ready = try wait(
                    [(descriptor, Int16(POLLOUT)), (output.rawValue, Int16(POLLIN))],
                    deadline
                )
                // A program that answers before it has read all must not be left with a full pipe.
                if ready[1] { _ = try receive() }
            } else {
                throw SystemError(errno: errno, call: "write", subject: "a program")
            }
        }
    }

    /// The next line of its output, without its end; nil when it has closed it.
    ///
    /// - Throws: `ETIMEDOUT` when none comes, `EMSGSIZE` beyond 64 KiB.
    package func line(deadline: Instant) throws(SystemError) -> String? {
        while true {
            if let end = received.firstIndex(of: 10) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeSubrange(...end)
                return line
            }
            guard received.count <= 64 << 10 else {
                throw SystemError(errno: EMSGSIZE, call: "read", subject: "a program")
            }
            _ = try wait([(output.rawValue, Int16(POLLIN))], deadline)
            if try !receive() { return nil }
        }
    }

    /// Takes what is there; false at the end.
    private func receive() throws(SystemError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let descriptor = output.rawValue
        let count = buffer.withUnsafeMutableBytes { bytes in
            systemCall { Glibc.read(descriptor, bytes.baseAddress, bytes.count) }
        }
        guard count >= 0 else {
            throw SystemError(errno: errno, call: "read", subject: "a program")
        }
        received.append(contentsOf: buffer[..<Int(count)])
        return count > 0
    }

    private func wait(
        _ wanted: [(Int32, Int16)],
        _ deadline: Instant
    ) throws(SystemError) -> [Bool] {
        while true {
            let left = (deadline - Clock.monotonic()).milliseconds
            guard left > 0 else {
                throw SystemError(errno: ETIMEDOUT, call: "poll", subject: "a program")
            }
            var polls = wanted.map { pollfd(fd: $0.0, events: $0.1, revents: 0) }
            let count = poll(&polls, nfds_t(polls.count), Int32(clamping: left))
            if count > 0 { return polls.map { $0.revents != 0 } }
            if count < 0, errno != EINTR {
                throw SystemError(errno: errno, call: "poll", subject: "a program")
            }
        }
    }

    /// Gives it all of its input, and waits until it ends; what it says is thrown away.
    ///
    /// The result is its exit status, or 128 and the number of the signal that ended it. One that does not read all
    /// may end well all the same.
    ///
    /// - Throws: `ETIMEDOUT` when it does not end; it is killed then.
    package func finish(_ bytes: [UInt8], deadline: Instant) throws(SystemError) -> Int32 {
        do throws(SystemError) {
            try write(bytes, deadline: deadline)
        } catch  where error.errno == EPIPE {}
        input = nil
        var isOpen = true
        while true {
            var status: Int32 = 0
            if systemCall({ waitpid(identifier, &status, WNOHANG) }) == identifier {
                isReaped = true
                return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
            }
            guard Clock.monotonic() < deadline else {
                kill(identifier, SIGKILL)
                throw SystemError(errno: ETIMEDOUT, call: "waitpid", subject: "a program")
            }
            var polls = [
                pollfd(fd: isOpen ? output.rawValue : -1, events: Int16(POLLIN), revents: 0)
            ]
            if poll(&polls, 1, 20) > 0 { isOpen = try receive() }
            received.removeAll()
        }
    }

    // MARK: Starting

    /// The reading and the writing end of a pipe, which no other program inherits.
    private static func pipe() throws(SystemError) -> [Int32] {
        var ends: [Int32] = [0, 0]
        guard tailship_pipe(&ends) == 0 else {
            throw SystemError(errno: errno, call: "pipe2", subject: "a program")
        }
        return ends
    }

    /// The child gets the signals that this program blocks or ignores as anybody does.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func withArguments<Result>(
        _ words: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
