import Core
import Glibc
import Testing

@testable import Platform

@Suite struct DescriptorTests {
    @Test("A descriptor is closed with its owner, unless it was released")
    func ownership() {
        let number = open("/dev/null", O_RDONLY)
        do {
            let owner = FileDescriptor(owning: number)
            #expect(fcntl(owner.rawValue, F_GETFD) >= 0)
            let released = owner.release()
            #expect(released == number)
        }
        #expect(fcntl(number, F_GETFD) >= 0)
        #expect(close(number) == 0)
    }

    @Test("An interrupted call is made again, a failed one is not")
    func interrupted() {
        var calls = 0
        let result = systemCall { () -> Int32 in
            calls += 1
            errno = calls < 3 ? EINTR : EIO
            return -1
        }
        #expect(calls == 3)
        #expect(result == -EIO)
        let error = #expect(throws: SystemError.self) { try checked(result, "read", "x") }
        #expect(error == SystemError(errno: EIO, call: "read", subject: "x"))
    }

    @Test("Output waits for a slow reader and ends when the reader has gone")
    func output() {
        Signals.ignoreBrokenPipe()
        let pipe = Pipe()
        let reading = pipe.reading
        let content = [UInt8](repeating: 7, count: 300_000)
        let reader = Thread.spawn(name: "reader") {
            var bytes = [UInt8](repeating: 0, count: 10_000)
            var rest = 300_000
            while rest > 0 {
                rest -= max(0, read(reading, &bytes, bytes.count))
                usleep(100)
            }
        }
        #expect(content.withUnsafeBytes { OutputStream.write($0, to: pipe.writing) })
        reader.join()
        pipe.closeReading()
        #expect(!content.withUnsafeBytes { OutputStream.write($0, to: pipe.writing) })
    }

    @Test("A path with a NUL in it reaches no system call")
    func nul() {
        let result = systemCall {
            BytePath([0x61, 0, 0x62]).withSystemPath { _ in
                Issue.record("The call was made")
                return 0
            }
        }
        #expect(result == -EINVAL)
    }
}
