import Core
import Tailing

/// What the file keeper tells its owner, while one of its calls runs.
package protocol FileObserver: AnyObject {
    /// The folder is about to be listed: a watch that is set now misses nothing.
    func willList(_ folder: BytePath, of source: String)
    /// The stream was written to just now and has bytes to send: it belongs to the live lane.
    func wrote(_ stream: StreamNumber)
    /// The store has streams due that were not announced one by one.
    func foundHistory()
    /// The stream can be read again, or was confirmed: a comparison came to its end.
    func compared(_ stream: StreamNumber)
}
