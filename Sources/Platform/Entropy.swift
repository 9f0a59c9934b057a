import CLinux
import Glibc

/// Random bytes from the kernel, fit for secrets.
package enum Entropy {
    /// Fills the buffer.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            guard let start = rest.baseAddress else { return }
            let count = systemCall { getrandom(start, rest.count, 0) }
            // Only a kernel without the call refuses; identities that repeat would be worse than to end.
            guard count >= 0 else {
                fatalError(SystemError(errno: Int32(-count), call: "getrandom").description)
            }
            done += count
        }
    }

    /// Eight random bytes as a number.
    package static func uint64() -> UInt64 {
        var value: UInt64 = 0
        withUnsafeMutableBytes(of: &value) { fill($0) }
        return value
    }

    /// That many random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(
                UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]
                )
            )
            initialized = count
        }
    }
}
