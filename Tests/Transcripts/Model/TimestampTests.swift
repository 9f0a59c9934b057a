import Core
import Testing
import Transcripts

@Suite struct TimestampTests {
    @Test(arguments: [
        1_771_651_139.0, 1_771_651_139_000, 1_771_651_139_000_000, 1_771_651_139_000_000_000,
    ])
    func `The size of a number tells its unit`(number: Double) {
        #expect(Timestamp.parse(number: number)?.seconds == 1_771_651_139)
    }

    @Test(arguments: [0, -1, 12, .nan, .infinity, 1e30])
    func `A number that is no time is none`(number: Double) {
        #expect(Timestamp.parse(number: number) == nil)
    }
}
