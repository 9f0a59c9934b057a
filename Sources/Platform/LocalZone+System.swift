import Core
import Glibc

extension LocalZone {
    /// The zone of this process: that of `TZ`, or else the machine's.
    package static let current: LocalZone = {
        tzset()
        return LocalZone { time in
            var seconds = time_t(time.seconds)
            var parts = tm()
            guard localtime_r(&seconds, &parts) != nil else {
                return Offset(seconds: 0, name: "UTC")
            }
            return Offset(
                seconds: Int64(parts.tm_gmtoff),
                name: parts.tm_zone.map { String(cString: $0) } ?? ""
            )
        }
    }()
}
