import Core
import Tailing

/// What the keeper knows of one path.
package struct PathFacts {
    /// What the rules of the source say.
    package var verdict: PathVerdict
    /// All generations whose path it was last, with the cursors of each, oldest first.
    package var streams: [(record: StreamRecord, cursors: [CursorRecord])]
    /// What is wrong with it now.
    package var problem: String?
}
