/// What answers requests.
package protocol HTTPHandler: Sendable {
    /// Takes a request; on the server's thread, which serves everybody: nothing here may wait.
    ///
    /// The exchange is answered once, here or later from any thread.
    func handle(_ request: HTTPRequest, _ exchange: Exchange)
}
