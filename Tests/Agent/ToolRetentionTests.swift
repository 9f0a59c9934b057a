import Testing

@testable import Agent

@Suite struct ToolRetentionTests {
    @Test(
        "The days are found wherever they stand",
        arguments: [
            ("{\"cleanupPeriodDays\": 99999}", 99_999), ("{\"cleanupPeriodDays\":0}", 0),
            ("{\n\t\"a\": {}, \"cleanupPeriodDays\"\n : 7 , \"b\": 1}", 7),
        ]
    )
    func found(_ text: String, _ days: Int) {
        #expect(ToolRetention(settings: Array(text.utf8)).days == days)
    }

    @Test(
        "Nothing is found where no number is set",
        arguments: [
            "", "{}", "{\"cleanupPeriodDays\": null}", "\"cleanupPeriodDays\"", "{\"x\":30}",
        ]
    )
    func missing(_ text: String) { #expect(ToolRetention(settings: Array(text.utf8)).days == nil) }
}
