extension CodexRollout {
    /// The item of an `item_completed`, which newer versions write beside or instead of other events.
    mutating func readItem(_ item: JSONValue?, _ entry: inout Entry) {
        guard let item, let type = item["type"]?.nonEmptyString else { return }
        let callID = item["id"]?.nonEmptyString
        switch type {
        case "UserMessage":
            for block in item["content"]?.elements ?? JSONElements(item) {
                if let text = block["text"] {
                    addPrompt(text, .item, to: &entry)
                } else {
                    addImage(block["image_url"] ?? block["url"], callID: nil, .item, &entry)
                }
            }
        case "AgentMessage":
            for block in item["content"]?.elements ?? JSONElements(item) {
                addOnce(block["text"], kind: .text, .item, to: &entry)
            }
        case "Reasoning":
            for list in [item["summary_text"], item["raw_content"]] {
                for text in list?.elements ?? JSONElements(item) {
                    addOnce(text, kind: .thinking, .item, to: &entry)
                }
            }
        case "CommandExecution": readCommandEnd(item, callID, &entry)
        case "McpToolCall": readServerCallEnd(item, callID, &entry)
        case "FileChange": readPatchEnd(item, callID, &entry)
        case "ContextCompaction": noteCompaction(-1, &entry)
        case "WebSearch", "Extension": memory.search = callID
        default: break
        }
    }
}
