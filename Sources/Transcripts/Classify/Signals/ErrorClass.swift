/// What went wrong in a tool call, by the words of its result.
package enum ErrorClass: String, Sendable, Hashable, CaseIterable {
    case userRejected = "user_rejected"
    case userInterrupted = "user_interrupted"
    case timeout
    case fileNotRead = "file_not_read"
    case fileModified = "file_modified"
    case fileTooLarge = "file_too_large"
    case notUniqueMatch = "not_unique_match"
    case contentNotFound = "content_not_found"
    case fileNotFound = "file_not_found"
    case moduleNotFound = "module_not_found"
    case noChanges = "no_changes"
    case permissionDenied = "permission_denied"
    case blocked
    case commandNotFound = "command_not_found"
    case wrongTool = "wrong_tool"
    case unknownTool = "unknown_tool"
    case invalidInput = "invalid_input"
    case notebookCell = "notebook_cell_not_found"
    case portInUse = "port_in_use"
    case network
    case rateLimit = "rate_limit"
    case outOfMemory = "out_of_memory"
    case diskFull = "disk_full"
    case isFolder = "is_folder"
    case merge
    case syntax
    case compile
    case test
    case runtime
    case git
    case siblingFailed = "sibling_failed"
    case commandFailed = "command_failed"
    case other

    /// How much of a result is looked at, in bytes.
    private static let looked = 8 << 10

    /// The first class of which a sign stands in the text, the surest signs first; "other" without one.
    package static func of(text: String) -> String {
        kind(of: text).rawValue
    }

    /// The same as a case.
    package static func kind(of text: String) -> ErrorClass {
        var text = text
        return text.withUTF8 { text in
            var first = signs.count
            prefilter.scan(text.upTo(looked)) { literal, _ in first = min(first, ranks[literal]) }
            return first < signs.count ? signs[first].kind : .other
        }
    }

    private static let prefilter = Prefilter(
        signs.flatMap(\.texts).map {
            Prefilter.Literal(bytes: Array($0.utf8), ignoresCase: true)
        }
    )

    /// Of each text of the prefilter the place of its class.
    private static let ranks = signs.enumerated().flatMap { rank, sign in
        sign.texts.map { _ in rank }
    }

    /// The surest first; their texts are lower case.
    private static let signs: [(kind: ErrorClass, texts: [String])] = [
        (
            .userRejected,
            [
                "user doesn't want to proceed", "user doesn't want to take this action",
                "user rejected",
                "rejected by user", "user declined", "tool use was rejected", "denied by the user",
            ]
        ),
        (
            .userInterrupted,
            [
                "[request interrupted", "request was aborted", "aborted by user",
                "interrupted by user", "cancelled by user",
            ]
        ),
        (.siblingFailed, ["sibling tool call errored", "cancelled: parallel tool call"]),
        (
            .unknownTool,
            ["no such tool available", "unknown tool", "tool not found", "is not available in"]
        ),
        (.wrongTool, ["file is a jupyter notebook", "use the notebookread"]),
        (.notebookCell, ["not found in notebook"]),
        (
            .invalidInput,
            [
                "inputvalidationerror", "invalid input", "invalid arguments",
                "failed to parse function arguments", "is required but",
                "must have required property", "mcp error -32602",
            ]
        ),
        (.fileNotRead, ["has not been read yet", "must read the file", "read it first"]),
        (
            .fileModified,
            [
                "modified since read", "has been unexpectedly modified",
                "modified by the user or by a linter",
            ]
        ),
        (
            .fileTooLarge,
            [
                "exceeds maximum allowed", "file too large", "content too large",
                "exceeds the maximum",
            ]
        ),
        (
            .notUniqueMatch,
            [
                "matches of the string to replace", "not unique", "multiple matches",
                "appears multiple times", "expected 1 occurrence",
            ]
        ),
        (
            .contentNotFound,
            [
                "string to replace not found", "string not found in file",
                "failed to find expected lines", "failed to find context", "old_string not found",
                "could not find the string", "0 occurrences found",
            ]
        ),
        (
            .noChanges,
            [
                "no changes to make", "are exactly the same", "no changes to apply",
                "nothing to commit",
            ]
        ),
        (
            .timeout,
            [
                "timed out", "timeout expired", "etimedout", "deadline exceeded",
                "time limit exceeded",
            ]
        ),
        (
            .blocked,
            [
                "was blocked", "blocked by hook", "hook error", "denied by hook",
                "operation blocked", "sandbox denied", "permission to use",
            ]
        ),
        (
            .permissionDenied,
            [
                "permission denied", "eacces", "operation not permitted", "eperm",
                "access is denied", "read-only file system", "requires approval", "haven't granted",
            ]
        ),
        (
            .commandNotFound,
            [
                "command not found", "is not recognized as an internal",
                "is not recognized as the name", "executable file not found",
            ]
        ),
        (
            .moduleNotFound,
            [
                "no module named", "cannot find module", "module not found", "modulenotfounderror",
                "unresolved import", "could not resolve dependency", "err_module_not_found",
            ]
        ),
        (
            .portInUse,
            [
                "eaddrinuse", "address already in use", "while attempting to bind on address",
                "port is already allocated",
            ]
        ),
        (
            .network,
            [
                "econnrefused", "could not resolve host", "enotfound", "connection refused",
                "network is unreachable", "connection reset", "econnreset", "fetch failed",
                "request failed with status code", "ssl certificate", "status code 4",
                "status code 5", "unable to access 'http",
            ]
        ),
        (.rateLimit, ["rate limit", "too many requests", "overloaded"]),
        (
            .outOfMemory,
            ["out of memory", "heap out of", "cannot allocate memory", "enomem", "oomkilled"]
        ),
        (.diskFull, ["no space left on device", "enospc", "disk quota exceeded"]),
        (
            .isFolder,
            [
                "eisdir", "is a directory", "illegal operation on a directory", "enotdir",
                "not a directory",
            ]
        ),
        (
            .fileNotFound,
            [
                "no such file or directory", "file does not exist", "enoent", "file not found",
                "cannot find path", "path does not exist", "directory does not exist",
                "does not exist:",
            ]
        ),
        (.merge, ["merge conflict", "conflict (", "automatic merge failed", "needs merge"]),
        (
            .syntax,
            [
                "syntaxerror", "syntax error", "parse error", "unexpected token", "unterminated",
                "unexpected end of", "jq: error", "indentationerror", "unexpected eof",
            ]
        ),
        (
            .test,
            [
                "tests failed", "test failed", "failed tests", "assertionerror", "test suites: ",
                " failed, ", "assertion failed", "failures:", "--- fail",
            ]
        ),
        (
            .compile,
            [
                "error ts", "error: cannot find", "error[e0", "compilation failed", "build failed",
                "failed to compile", "could not compile", "undefined reference", "type error",
                "error: use of undeclared", "compilation error", ": error:",
            ]
        ),
        (
            .runtime,
            [
                "traceback (most recent", "unhandled exception", "panicked at", "panic:",
                "segmentation fault", "typeerror", "referenceerror", "exception in thread",
                "uncaught", "valueerror", "keyerror", "attributeerror", "nullpointerexception",
                "runtimeerror",
            ]
        ),
        (.git, ["fatal: ", "error: pathspec", "not a git repository", "rejected]"]),
        (
            .commandFailed,
            [
                "exit code", "exit status", "command failed", "exited with", "npm err!",
                "npm error", "elifecycle", "<error>",
            ]
        ),
    ]
}

/// The categories of the viewer sniffly, for comparison with its figures.
package enum SnifflyErrorCategory {
    /// The first category with a sign in the text, in its own order; "Other" without one.
    package static func of(text: String) -> String {
        var text = text
        return text.withUTF8 { text in
            let range = 0..<text.count
            func has(_ sign: StaticString) -> Bool { text.containsIgnoringCase(sign, in: range) }
            for (category, signs) in categories {
                if signs.contains(where: has) { return category }
                // Of two signs on one line in any order it asks for both.
                if category == "Permission Error", has("cd to"), has("was blocked") {
                    return category
                }
                if category == "Syntax Error", isNotebookCell(text) {
                    return "Notebook Cell Not Found"
                }
            }
            return "Other"
        }
    }

    private static func isNotebookCell(_ text: TextBytes) -> Bool {
        text.containsIgnoringCase("cell with id \"", in: 0..<text.count)
            && text.containsIgnoringCase("\" not found in notebook", in: 0..<text.count)
    }

    private static let categories: [(String, [StaticString])] = [
        (
            "User Interruption",
            [
                "user doesn't want to proceed", "user doesn't want to take this action",
                "[request interrupted",
            ]
        ),
        ("Command Timeout", ["command timed out"]),
        ("File Not Read", ["file has not been read yet"]),
        ("File Modified", ["file has been modified since read"]),
        ("File Too Large", ["exceeds maximum allowed"]),
        (
            "Content Not Found",
            [
                "string to replace not found", "string not found in file", "no module named",
                "no such file or directory",
                "file does not exist", "npm error enoent could not read package.json",
            ]
        ),
        ("No Changes", ["no changes to make"]),
        ("Permission Error", ["permission denied"]),
        ("Tool Not Found", ["command not found"]),
        ("Wrong Tool", ["file is a jupyter notebook. use the notebookread to read this file."]),
        (
            "Code Runtime Error",
            ["cannot find module", "traceback", "asyncio_default_fixture_loop_scope"]
        ),
        ("Port Binding Error", ["while attempting to bind on address"]),
        (
            "Syntax Error",
            [
                "syntaxerror", "syntax error",
                "matches of the string to replace, but replace_all is false",
                "null (null) has no keys", "kill: %1: no such job", "jq: error",
            ]
        ),
        ("Other Tool Errors", ["[details] error: error"]),
    ]
}
