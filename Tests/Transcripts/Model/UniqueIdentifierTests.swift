import Testing
import Transcripts

struct UniqueIdentifierTests {
    @Test(arguments: [
        "toolu_01", "srvtoolu_a", "toolu_bdrk_01Vqty83dbKxdNTTi7xGhbrz",
        "call_8fJ2kQ0zLmN4pRsTuVwXyZ12", "019ed50c-2fb3-7002-a384-360bea6e7f04",
        "tooluse_Ab3-dE_fG5hI7jK9lMnO1p", "chatcmpl-tool-0f3b9c2d4e5a6b7c8d9e0f1a2b3c4d5e",
        "call_00_h2Kd93jfLs8gQw1Zx7Yb5Nc4",
    ])
    func `What is drawn at random stands for itself`(text: String) {
        #expect(UniqueIdentifier.matches(text))
    }

    @Test(arguments: [
        "", "c", "call_1", "call-17", "t1", "functions.exec_command:0", "functions.shell:12",
        "run_shell_command_1743612345678_0", "readFile_12", "tool_call_0", "mcp__srv__read_2",
        "y3cvu0wo", "call_abc123",
    ])
    func `What is numbered counts within its session`(text: String) {
        #expect(!UniqueIdentifier.matches(text))
    }
}
