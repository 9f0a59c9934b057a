import Core

/// A place in a configuration file; lines and columns count from 1, columns in code points.
package struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, on one line whatever the file is called.
    package var description: String { "\(BytePath(file)):\(line):\(column)" }
}
