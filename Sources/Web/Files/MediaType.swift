/// Media types by the end of a file's name.
enum MediaType {
    private static let known: [String: String] = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "json": "application/json", "svg": "image/svg+xml", "png": "image/png",
        "ico": "image/x-icon", "webp": "image/webp", "woff2": "font/woff2",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
        "md": "text/markdown; charset=utf-8", "map": "application/json",
    ]

    /// Bytes, for a name of no known end.
    static func of(_ name: String) -> String {
        let end = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return known[end] ?? "application/octet-stream"
    }

    /// Whether a browser may show it beside the page: images that hold no program.
    static func isShown(_ type: String?) -> Bool {
        ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(type ?? "")
    }
}
