import Testing
import Transcripts

@Suite struct ContentTests {
    /// The arguments of a call are written again without blanks; they show how values are written.
    @Test(arguments: [
        #"{"a":[1,-2,{"b":[]},"x"],"c":{},"d":[[],{}],"e":null,"f":[true,false]}"#,
        #"{"k":"a\n\t\r\"\\\u0001é😀"}"#, #"{"n":18446744073709551615,"m":1.5}"#, #"{}"#,
    ])
    func `JSON is written again as it was`(text: String) throws {
        let spaced = text.replacing(",\"", with: " , \"")
        let entries = try Feeding.gemini([
            #"{"id":"g","type":"gemini","content":"","toolCalls":[{"id":"t","name":"x","args":\#(spaced)}]}"#
        ])
        #expect(entries.calls.map(\.input) == [text])
    }
}
