import Core

extension Diagnosis {
    /// Whether somebody keeps the clock right: certificates and times depend on it.
    package mutating func addClock() {
        let now = Clock.wall().iso8601
        switch Host.isClockSynchronized {
        case true?: ok("clock", "\(now), kept right by the system")
        case false?:
            warn("clock", "\(now), and nobody keeps it right", "timedatectl set-ntp true")
        case nil: ok("clock", now)
        }
    }
}
