import Core
import Platform

/// Writes an archive for tar(1): POSIX.1-1988 headers ("ustar"), sizes beyond 8 GiB as GNU writes them.
///
/// | Offset | Bytes | Field |
/// |---|---|---|
/// | 0 | 100 | path |
/// | 100 | 8, 8, 8 | mode, user, group: octal |
/// | 124 | 12 | size: octal, or with the first bit set, big-endian |
/// | 136 | 12 | time: seconds, octal |
/// | 148 | 8 | sum of the header's bytes, with blanks for itself |
/// | 156 | 1 | "0" a file, "5" a folder |
/// | 257 | 8 | "ustar", NUL, "00" |
///
/// A header and what follows it are filled with zeros to 512 bytes; two blocks of zeros are the end.
final class TarWriter {
    private static let block = 512
    private let output: any DiskFile
    private let owner: Owner
    private let time: WallTime
    /// Bytes written.
    private(set) var length: UInt64 = 0

    init(_ output: any DiskFile, owner: Owner, time: WallTime) {
        self.output = output
        self.owner = owner
        self.time = time
    }

    func folder(_ path: String) throws(SystemError) {
        try write(header(path + "/", size: 0, mode: 0o700, kind: UInt8(ascii: "5")))
    }

    func file(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        try write(header(path, size: UInt64(bytes.count), mode: 0o600, kind: UInt8(ascii: "0")))
        try write(bytes)
        try fill()
    }

    /// The first `size` bytes of a file that may grow meanwhile.
    func file(_ path: String, _ source: any DiskFile, size: UInt64) throws(SystemError) {
        try write(header(path, size: size, mode: 0o600, kind: UInt8(ascii: "0")))
        var offset: UInt64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while offset < size {
            let wanted = Int(min(UInt64(buffer.count), size - offset))
            let result = buffer.withUnsafeMutableBytes { bytes in
                Result { () throws(SystemError) in
                    try source.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]),
                        at: offset
                    )
                }
            }
            let count = try result.get()
            guard count > 0 else { throw SystemError(errno: 5, call: "read", subject: path) }
            try write(buffer[..<count])
            offset += UInt64(count)
        }
        try fill()
    }

    /// Writes the end and makes everything durable.
    func finish() throws(SystemError) {
        try write([UInt8](repeating: 0, count: 2 * TarWriter.block))
        try output.synchronize()
    }

    // MARK: Inside

    private func write(_ bytes: some RandomAccessCollection<UInt8>) throws(SystemError) {
        let all = Array(bytes)
        let result = all.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try output.write(buffer, at: length) }
        }
        try result.get()
        length += UInt64(all.count)
    }

    private func fill() throws(SystemError) {
        let rest = Int(length % UInt64(TarWriter.block))
        if rest > 0 { try write([UInt8](repeating: 0, count: TarWriter.block - rest)) }
    }

    private func header(_ path: String, size: UInt64, mode: UInt32, kind: UInt8) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: TarWriter.block)
        func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
        }
        put(path.utf8.prefix(99), at: 0)
        put(TarWriter.octal(UInt64(mode), 7), at: 100)
        put(TarWriter.octal(UInt64(owner.user), 7), at: 108)
        put(TarWriter.octal(UInt64(owner.group), 7), at: 116)
        put(TarWriter.number(size), at: 124)
        put(TarWriter.octal(UInt64(max(0, time.seconds)), 11), at: 136)
        put([UInt8](repeating: 32, count: 8), at: 148)
        header[156] = kind
        put("ustar\0".utf8, at: 257)
        put("00".utf8, at: 263)
        let sum = header.reduce(UInt64(0)) { $0 + UInt64($1) }
        put(TarWriter.octal(sum, 6) + [0, 32], at: 148)
        return header
    }

    private static func octal(_ number: UInt64, _ width: Int) -> [UInt8] {
        let digits = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: 48, count: max(0, width - digits.count)) + digits.suffix(width)
    }

    private static func number(_ size: UInt64) -> [UInt8] {
        guard size >= 1 << 33 else { return octal(size, 11) }
        return [0x80, 0, 0, 0]
            + (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * UInt64($0))) }
    }
}
