/// Numbers of bytes for people.
package enum ByteCount {
    /// "512 B", "1.5 MiB"; one digit behind the point, units of 1,024.
    package static func text(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var unit = 0
        var tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024
        while tenths >= 10_240, unit + 1 < units.count {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
