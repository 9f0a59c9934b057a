import Core
import Glibc

/// Makes a system call, again while a signal interrupts it: its result, or the negated errno.
@inline(__always)
func systemCall<Result: SignedInteger & FixedWidthInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { return -Result(truncatingIfNeeded: code) }
    }
}

/// The result of `systemCall`, or the error that it stands for.
@inline(__always)
@discardableResult
func checked<Result: SignedInteger & FixedWidthInteger>(
    _ result: Result,
    _ call: String,
    _ subject: @autoclosure () -> String = ""
) throws(SystemError) -> Result {
    guard result < 0 else { return result }
    throw SystemError(errno: Int32(truncatingIfNeeded: -result), call: call, subject: subject())
}

extension BytePath {
    /// Makes a system call with the path, NUL-terminated; a path with a NUL in it is EINVAL.
    func withSystemPath(_ call: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        bytes.withUnsafeBytes { source in
            guard !source.contains(0) else {
                errno = EINVAL
                return -1
            }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count + 1) {
                UnsafeMutableRawBufferPointer($0).copyMemory(from: source)
                $0[source.count] = 0
                return $0.withMemoryRebound(to: CChar.self) { text in
                    text.baseAddress.map { call(UnsafePointer($0)) } ?? -1
                }
            }
        }
    }
}
