import Core

/// What is wrong with which path, until it is not any more; bounded, the rest is only counted.
package struct Problems: Sendable {
    /// Paths that are remembered with their reason.
    package static let limit = 256

    /// The reason by absolute path.
    package private(set) var reasons: [BytePath: String] = [:]
    /// Further problems since the last full scan.
    package private(set) var others = 0

    mutating func record(_ path: BytePath, _ reason: String) {
        if reasons.count >= Problems.limit, reasons[path] == nil {
            others += 1
        } else {
            reasons[path] = reason
        }
    }

    /// The path is fine now.
    mutating func clear(_ path: BytePath) {
        if !reasons.isEmpty { reasons[path] = nil }
    }

    /// Everything that was wrong below the folder is looked at anew.
    mutating func clear(below folder: BytePath) {
        others = 0
        if !reasons.isEmpty {
            reasons = reasons.filter { $0.key != folder && $0.key.relative(to: folder) == nil }
        }
    }
}
