import Core
import Glibc
import Synchronization

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    case exit(Int32)
    case signal(Int32)

    package var description: String {
        switch self {
        case .exit(let status): "exit status \(status)"
        case .signal(let number): "signal \(number)"
        }
    }
}

/// A program that a test started; it is killed when nothing holds it any more.
package final class ChildProcess: Sendable {
    package let pid: pid_t
    private let ended = Mutex<ProcessEnd?>(nil)

    /// Starts a program with standard output and error appended to files and no signal blocked.
    ///
    /// - Throws: when it cannot be started.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        output: BytePath,
        errors: BytePath
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let append = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.description, append, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors.description, append, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") }
        words.append(nil)
        variables.append(nil)
        defer { for word in words + variables { free(word) } }
        var started: pid_t = 0
        let status = posix_spawnp(&started, program, &actions, &attributes, words, variables)
        guard status == 0 else {
            throw TestFailure("cannot start \(program): \(String(cString: strerror(status)))")
        }
        pid = started
    }

    deinit {
        guard end == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// How it ended; nil while it runs.
    package var end: ProcessEnd? {
        ended.withLock { ended in
            if ended != nil { return ended }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7f
            ended = signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
            return ended
        }
    }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) { if end == nil { kill(pid, number) } }

    /// Waits until it ends.
    ///
    /// - Throws: when it still runs after `limit`; it is killed then.
    @discardableResult
    package func wait(within limit: Duration, _ what: String) async throws -> ProcessEnd {
        do {
            return try await eventually("\(what) (process \(pid)) ends", within: limit) { end }
        } catch {
            signal(SIGKILL)
            throw error
        }
    }

    /// Ends it as a power loss would: at once and without a chance to do anything.
    package func killNow() async throws {
        signal(SIGKILL)
        try await wait(within: .seconds(10), "killed process")
    }
}
