import Core
import Glibc

/// What a piece of work took of this process.
struct Meter {
    private let start = Meter.now(CLOCK_MONOTONIC)
    private let startCPU = Meter.now(CLOCK_PROCESS_CPUTIME_ID)

    /// Nanoseconds since the meter was made.
    var wall: Int64 { Meter.now(CLOCK_MONOTONIC) - start }
    /// Nanoseconds of processor time since the meter was made.
    var cpu: Int64 { Meter.now(CLOCK_PROCESS_CPUTIME_ID) - startCPU }

    /// Highest resident memory of this process, in KiB.
    static var peak: Int64 {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return Int64(usage.ru_maxrss)
    }

    /// Prints what the work of `name` took, with what it went through.
    func report(_ name: String, bytes: Int64, entries: Int64) {
        let (wall, cpu) = (wall, cpu)
        var json = JSONWriter()
        json.object { json in
            json.string("name", name)
            json.number("bytes", bytes)
            json.number("entries", entries)
            json.number("wall_s", Double(wall) / 1e9)
            json.number("cpu_s", Double(cpu) / 1e9)
            json.number("peak_kib", Meter.peak)
        }
        print(json.result)
    }

    private static func now(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
