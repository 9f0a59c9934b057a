import Foundation
import TestSupport

/// A disk of some kilobytes, in memory, which only root may make; it is gone with the object.
final class SmallDisk {
    let path = NSTemporaryDirectory() + "tailship-disk-" + UUID().uuidString

    /// Whether this test may mount one: containers of root often may not.
    static let isPossible = (try? SmallDisk(kibibytes: 64)) != nil

    init(kibibytes: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        do {
            try Shell.run("mount -t tmpfs -o size=\(kibibytes)k tmpfs '\(path)'")
        } catch {
            rmdir(path)
            throw error
        }
    }

    deinit {
        _ = try? Shell.run("umount '\(path)'")
        rmdir(path)
    }

    /// Gives it another size.
    func resize(kibibytes: Int) throws {
        try Shell.run("mount -o remount,size=\(kibibytes)k '\(path)'")
    }
}
