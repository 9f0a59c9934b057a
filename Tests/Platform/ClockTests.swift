import Core
import Platform
import Testing

@Suite struct ClockTests {
    @Test("Clocks go forward, and calendar time is of this century")
    func clocks() {
        let first = Clock.monotonic()
        #expect(Clock.monotonic() >= first)
        #expect(Clock.wall().iso8601.hasPrefix("20"))
    }
}
