import Core
import Transcripts

private let analyser = Analyser()
private let tools = ["Bash", "Read", "Write", "mcp__a__b", "shell", "apply_patch", "Grep", ""]

/// An entry that says the text in every way in which a text can be said.
private func makeEntry(_ kind: UInt8, _ text: String) -> Entry {
    let kinds = MessageKind.allCases
    var entry = Entry(position: RecordPosition(offset: 0, length: 1), kind: "fuzz")
    var message = MessageFact(
        block: 0,
        role: kind & 1 == 0 ? .user : .assistant,
        kind: kinds[Int(kind) % kinds.count],
        text: text
    )
    message.callID = kind & 32 == 0 ? "c" : nil
    var call = ToolCallFact(callID: "c", block: 0, name: tools[Int(kind / 8) % 8], input: text)
    call.command = text
    call.filePath = text
    let access = FileAccessFact(
        ordinal: 0,
        path: text,
        operation: kind & 64 == 0 ? .read : .write
    )
    entry.facts = [.message(message), .call(call), .access(access)]
    return entry
}

private func check(_ findings: [Finding], _ size: Int) {
    for finding in findings {
        precondition(finding.range.lowerBound >= 0 && finding.range.upperBound <= size)
        if let value = finding.value, !value.isEmpty {
            precondition(!finding.masked.utf8.elementsEqual(value.utf8))
        }
    }
}

/// Analyses a text: one answer for each fact, findings within the text, the same answer each time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 1 else { return 0 }
    let bytes = UnsafeBufferPointer(start: data + 1, count: size - 1)
    let text = String(decoding: bytes, as: UTF8.self)
    let entry = makeEntry(data[0], text)
    let analysis = analyser.analyse(entry)
    precondition(analysis == analyser.analyse(entry))
    precondition(analysis.messages.count == 1 && analysis.calls.count == 1)
    precondition(analysis.accesses.count == 1)
    let length = text.utf8.count
    for message in analysis.messages { check(message.findings, length) }
    for call in analysis.calls { check(call.findings, length) }
    for access in analysis.accesses { check(access.findings, length) }
    return 0
}
