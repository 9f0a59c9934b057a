import Testing
import Wire

@testable import Receiver

@Suite("How wide the window is")
struct AdmissionTests {
    private static let mebibyte: UInt64 = 1 << 20

    private func admission() -> Admission {
        Admission(fullWindow: 4096, minimumFree: 1000 << 20, backlogLimit: 100 << 20)
    }

    private func facts(
        free: UInt64 = 5000,
        backlog: UInt64 = 0,
        _ failure: String? = nil
    ) -> Admission.Facts {
        Admission.Facts(available: free << 20, backlog: backlog << 20, failure: failure)
    }

    @Test("Nothing is told while nothing changes")
    func quiet() {
        var admission = admission()
        #expect(admission.look(facts()) == nil)
        #expect(admission.window == Window(bytes: 4096, reason: .open))
    }

    @Test("A disk that is nearly full pauses agents until clearly more is free")
    func disk() {
        var admission = admission()
        #expect(admission.look(facts(free: 1000)) == nil)
        let paused = admission.look(facts(free: 999))
        #expect(paused?.bytes == 0)
        #expect(paused?.reason == .diskNearlyFull)
        #expect(paused?.text.contains("999 MiB") == true)
        // The number changes, the state does not.
        #expect(admission.look(facts(free: 998)) == nil)
        #expect(admission.look(facts(free: 1099)) == nil)
        #expect(admission.look(facts(free: 1100)) == Window(bytes: 4096, reason: .open))
    }

    @Test("A backlog pauses agents until half of what is allowed is left")
    func backlog() {
        var admission = admission()
        #expect(admission.look(facts(backlog: 100)) == nil)
        #expect(admission.look(facts(backlog: 101))?.reason == .ingestBehind)
        #expect(admission.look(facts(backlog: 51)) == nil)
        #expect(admission.look(facts(backlog: 50))?.reason == .open)
    }

    @Test("A failing storage is told with its reason, before anything else")
    func failure() {
        var admission = admission()
        let paused = admission.look(facts(free: 1, backlog: 900, "the disk is gone"))
        #expect(paused == Window(bytes: 0, reason: .storageFailing, text: "the disk is gone"))
        // What remains afterwards is told too.
        #expect(admission.look(facts(free: 1))?.reason == .diskNearlyFull)
        #expect(admission.look(facts(backlog: 900))?.reason == .ingestBehind)
        #expect(admission.look(facts())?.reason == .open)
    }
}
