import Core
import Platform

/// A record of every acknowledgement, for measurements: `TAILSHIP_ACK_TRACE=FILE` turns it on.
///
/// ```
/// u64  CLOCK_MONOTONIC in nanoseconds, when the ack came
/// u64  the file's inode
/// u64  the offset up to which it is durable
/// ```
/// Little-endian, one record an acknowledged chunk.
final class AckTrace {
    private let file: any DiskFile
    private var end: UInt64 = 0

    private init(_ file: any DiskFile) { self.file = file }

    static func fromEnvironment(_ disk: LinuxDisk) -> AckTrace? {
        guard let path = Host.environment("TAILSHIP_ACK_TRACE") else { return nil }
        do throws(SystemError) {
            return AckTrace(try disk.open(BytePath(path), .create))
        } catch {
            Log.error("cannot write the trace of acknowledgements: \(error)")
            return nil
        }
    }

    func record(inode: UInt64, offset: UInt64) {
        var raw = (
            UInt64(bitPattern: Clock.monotonic().nanoseconds).littleEndian, inode.littleEndian,
            offset.littleEndian
        )
        withUnsafeBytes(of: &raw) { bytes in
            do throws(SystemError) {
                try file.write(bytes, at: end)
                end += UInt64(bytes.count)
            } catch {
                Log.error("cannot write the trace of acknowledgements: \(error)")
            }
        }
    }
}
