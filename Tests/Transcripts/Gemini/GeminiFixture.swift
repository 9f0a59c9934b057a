/// Messages as Gemini CLI writes them.
enum GeminiFixture {
    static let answer = answer(id: "g", input: 100, text: "Done")

    /// An answer with a thought, a call with its result, and tokens.
    static func answer(id: String, input: Int, text: String) -> String {
        #"{"id":"\#(id)","timestamp":"2026-04-23T12:53:11.257Z","type":"gemini","content":"\#(text)","thoughts":[{"subject":"S","description":"D","timestamp":"2026-04-23T12:53:10.257Z"}],"tokens":{"input":\#(input),"output":10,"cached":40,"thoughts":5,"tool":2,"total":\#(input + 17)},"model":"gemini-2.5-pro","toolCalls":[{"id":"w-\#(id)","name":"write_file","args":{"file_path":"a.txt","content":"x"},"result":[{"functionResponse":{"id":"w","name":"write_file","response":{"output":"written"}}}],"status":"success","resultDisplay":{"fileDiff":"d","diffStat":{"model_added_lines":3,"model_removed_lines":1}},"agentId":"ag"}]}"#
    }
}
