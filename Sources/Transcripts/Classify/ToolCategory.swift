/// The category of a tool by its name: the classic rules' for Claude Code, and the same kinds of others.
enum ToolCategory {
    private static let names: ByteTable<String> = {
        let categories: [(String, [String])] = [
            (
                "file_operations",
                [
                    "read", "write", "edit", "notebookedit", "multiedit", "notebookread", "ls",
                    "apply_patch", "read_file", "read_many_files", "write_file", "replace",
                    "edit_file", "create_file", "delete_file", "list_directory", "list_dir", "view",
                    "create", "str_replace", "str_replace_editor", "str_replace_based_edit_tool",
                    "view_image", "patch", "search_replace", "insert",
                ]
            ),
            (
                "shell",
                [
                    "bash", "bashoutput", "killshell", "killbash", "powershell", "shell",
                    "shell_command", "exec_command", "local_shell", "local_shell_call",
                    "container.exec", "unified_exec", "write_stdin", "run_shell_command",
                    "run_terminal_cmd", "run_terminal_command", "execute_bash", "exec", "execute",
                    "terminal", "monitor",
                ]
            ),
            (
                "search",
                [
                    "glob", "grep", "grep_search", "search_file_content", "codebase_search",
                    "file_search", "find", "grep_files", "toolsearch", "tool_search", "lsp", "rg",
                    "search_files",
                ]
            ),
            (
                "agent",
                [
                    "task", "agent", "spawn_agent", "send_input", "wait_agent", "wait",
                    "close_agent",
                    "resume_agent", "delegate_to_agent", "sendmessage", "teamcreate", "teamdelete",
                    "taskoutput", "taskstop", "agentoutputtool", "workflow", "dispatch_agent",
                ]
            ),
            (
                "planning",
                [
                    "todoread", "todowrite", "taskcreate", "taskupdate", "tasklist", "taskget",
                    "update_plan", "write_todos", "exitplanmode", "exit_plan_mode", "enterplanmode",
                    "enter_plan_mode", "create_goal", "update_goal", "get_goal", "todo_write",
                    "todo_read", "manage_todo_list",
                ]
            ),
            (
                "network",
                [
                    "webfetch", "websearch", "web_fetch", "web_search", "web_search_call",
                    "google_web_search", "fetch", "web_run", "browser",
                ]
            ),
            (
                "interaction",
                [
                    "askfollowupquestion", "attemptcompletion", "askuserquestion", "ask_user",
                    "request_user_input", "ask_followup_question", "attempt_completion",
                    "ask_user_question",
                ]
            ),
        ]
        return ByteTable(categories.flatMap { category, names in names.map { ($0, category) } })
    }()

    /// "mcp" for a tool of a server, "other" for one that is not known.
    static func of(_ call: ToolCallFact) -> String {
        if call.mcpServer != nil || call.name.hasPrefix("mcp__") { return "mcp" }
        var name = call.name
        return name.withUTF8 { name in
            if let category = names.value(ignoringCase: name) { return category }
            // Of a tool with a namespace its last part tells ("functions.exec_command").
            var last = name
            name.forEachPart(between: namespaces) { part in
                last = part
                return true
            }
            return names.value(ignoringCase: last) ?? "other"
        }
    }

    private static let namespaces = ByteSet(".:/")
}
