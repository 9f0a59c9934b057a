import Core
import Platform

/// Work on archive and rows that can wait, done a little at a time by the thread that writes the rows.
protocol Chore: AnyObject {
    /// Does a part of it.
    ///
    /// - Parameter deadline: when the part should be done; nobody else writes rows before.
    /// - Returns: how far it is.
    /// - Throws: when the rows cannot be changed; it may be tried again.
    func step(until deadline: Instant) throws(OperatorError) -> ChoreProgress
}

/// How far a chore is.
enum ChoreProgress {
    /// There is more to do.
    case more
    /// Another thread has to do something first.
    case waiting
    case done
}
