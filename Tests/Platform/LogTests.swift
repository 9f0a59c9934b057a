import Core
import Glibc
import Testing

@testable import Platform

@Suite struct LogTests {
    @Test(
        "A message stays one line, whatever is in it",
        arguments: [
            ("plain äöü", "plain äöü"), ("a\nb", "a\\x0ab"), ("\u{1b}[31m", "\\x1b[31m"),
            ("\u{7f}\u{9b}", "\\x7f\\x9b"), ("a\r\nb", "a\\x0d\\x0ab"),
        ]
    )
    func escaping(_ message: String, _ expected: String) {
        #expect(Log.escaped(message) == expected)
    }

    @Test(
        "The journal gets priorities, everybody else times",
        arguments: [
            (Log.Level.error, "<3>x"), (.warning, "<4>x"), (.notice, "<5>x"), (.info, "<6>x"),
        ]
    )
    func lines(_ level: Log.Level, _ expected: String) {
        #expect(Log.line(level, "x", journal: true) == expected)
        #expect(Log.line(level, "x", journal: false).hasSuffix("Z \(level): x"))
    }

    @Test(
        "The service manager hears of states, in the abstract space too",
        arguments: ["path", "abstract"]
    )
    func serviceManager(_ kind: String) throws {
        let folder = ScratchFolder()
        let name = kind == "path" ? folder.text("notify") : "@tailship-test-\(Entropy.uint64())"
        let address = try #require(UnixAddress(BytePath(name)))
        let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(receiver) }
        #expect(address.withSystemAddress { bind(receiver, $0, $1) } == 0)
        #expect(ServiceManager.notify("READY=1", to: name))
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(receiver, &bytes, 64, Int32(MSG_DONTWAIT))
        #expect(bytes.prefix(max(0, count)).elementsEqual("READY=1".utf8))
        #expect(!ServiceManager.notify("READY=1", to: folder.text("nobody")))
        #expect(!ServiceManager.notify("READY=1", to: nil))
    }
}
