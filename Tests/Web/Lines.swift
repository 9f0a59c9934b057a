import Core
import Foundation
import Platform

/// Lines as Claude Code writes them.
enum Lines {
    static let session = "5a5a1111-2222-4333-8444-555566667777"

    private static func text(_ object: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// `ago` seconds before now.
    static func time(_ ago: Double) -> String {
        let now = Clock.wall().nanoseconds
        return WallTime(nanoseconds: now - Int64(ago * 1e9)).iso8601
    }

    private static func line(
        _ type: String,
        _ session: String,
        _ ago: Double,
        _ more: [String: Any]
    ) -> String {
        var object: [String: Any] = [
            "type": type, "sessionId": session, "uuid": UUID().uuidString.lowercased(),
            "parentUuid": NSNull(), "isSidechain": false, "cwd": "/home/ann/ship",
            "gitBranch": "main", "version": "2.0.1", "timestamp": time(ago),
        ]
        object.merge(more) { $1 }
        return text(object)
    }

    static func prompt(
        _ text: String,
        session: String = Lines.session,
        ago: Double = 60,
        uuid: String? = nil
    ) -> String {
        var more: [String: Any] = ["message": ["role": "user", "content": text]]
        if let uuid { more["uuid"] = uuid }
        return line("user", session, ago, more)
    }

    static func answer(
        _ content: [[String: Any]],
        id: String = UUID().uuidString,
        session: String = Lines.session,
        ago: Double = 50,
        model: String = "claude-opus-4-1",
        output: Int = 20
    ) -> String {
        line(
            "assistant",
            session,
            ago,
            [
                "requestId": "req-\(id)",
                "message": [
                    "id": id, "role": "assistant", "model": model, "content": content,
                    "usage": [
                        "input_tokens": 10, "output_tokens": output,
                        "cache_creation_input_tokens": 0, "cache_read_input_tokens": 100,
                    ],
                ],
            ]
        )
    }

    static func result(
        _ call: String,
        _ text: String,
        session: String = Lines.session,
        ago: Double = 40,
        isError: Bool = false,
        more: [String: Any] = [:]
    ) -> String {
        var object: [String: Any] = [
            "message": [
                "role": "user",
                "content": [
                    [
                        "type": "tool_result", "tool_use_id": call, "content": text,
                        "is_error": isError,
                    ]
                ],
            ]
        ]
        object.merge(more) { $1 }
        return line("user", session, ago, object)
    }

    /// The boundary that a compaction leaves.
    static func compaction(_ trigger: String, session: String, ago: Double) -> String {
        let facts: [String: Any] = ["trigger": trigger, "preTokens": 150_000]
        return line(
            "system",
            session,
            ago,
            [
                "subtype": "compact_boundary", "content": "Conversation compacted",
                "compactMetadata": facts,
            ]
        )
    }

    /// What a compaction leaves of what was said.
    static func summary(_ text: String, session: String, ago: Double) -> String {
        line(
            "user",
            session,
            ago,
            ["isCompactSummary": true, "message": ["role": "user", "content": text]]
        )
    }

    static func call(_ id: String, _ name: String, _ input: [String: Any]) -> [String: Any] {
        ["type": "tool_use", "id": id, "name": name, "input": input]
    }

    static func said(_ text: String) -> [String: Any] { ["type": "text", "text": text] }

    /// A picture of these bytes, in a prompt.
    static func picture(_ data: Data, session: String = Lines.session) -> String {
        let source: [String: Any] = [
            "type": "base64", "media_type": "image/png", "data": data.base64EncodedString(),
        ]
        return line(
            "user",
            session,
            55,
            [
                "message": [
                    "role": "user",
                    "content": [["type": "image", "source": source]],
                ]
            ]
        )
    }

    /// A conversation with a bit of everything.
    static var conversation: [String] {
        [
            prompt("Please fix the <script>alert(1)</script> reader", ago: 70),
            picture(Data((0..<200).map { UInt8($0) })),
            answer([said("I will edit it."), call("c1", "Edit", edit)], id: "m1", ago: 50),
            result("c1", "done", more: ["toolUseResult": edited]),
            answer(
                [call("c2", "Bash", ["command": "rm -rf / --no-preserve-root"])],
                id: "m2",
                ago: 35
            ),
            result("c2", "refused", ago: 34, isError: true),
            answer([call("c3", "Bash", ["command": "git commit -m fix"])], id: "m3", ago: 32),
            result("c3", "committed", ago: 31),
            answer([said("The key is AKIAQYLPMN5HFIQR7XYA, keep it.")], id: "m4", ago: 30),
            "this is no record",
        ]
    }

    private static var edit: [String: Any] {
        [
            "file_path": "/home/ann/ship/a.swift", "old_string": "let a = 1",
            "new_string": "let a = 2",
        ]
    }

    private static var edited: [String: Any] {
        [
            "filePath": "/home/ann/ship/a.swift",
            "structuredPatch": [
                [
                    "oldStart": 41, "oldLines": 2, "newStart": 41, "newLines": 2,
                    "lines": [" let b = 0", "-let a = 1", "+let a = 2"],
                ]
            ],
        ]
    }
}
