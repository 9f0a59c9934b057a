import CMicrohttpd
import Core
import Synchronization

/// One request and its answer, between the server's thread and whoever answers.
///
/// libmicrohttpd holds it while the request lives. A connection whose answer is not there yet is suspended: it
/// costs nothing until `respond` resumes it.
package final class Exchange: Sendable {
    private struct State {
        /// Unsafe because a pointer says nothing of threads: it is used on the server's thread, and to suspend and
        /// resume, which libmicrohttpd allows from any thread while the request lives (`isOver` ends that).
        nonisolated(unsafe) var connection: OpaquePointer
        var method = ""
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var isOpened = false
        var isTooLarge = false
        var isHandedOver = false
        var isSuspended = false
        var isOver = false
        var response: HTTPResponse?
    }

    let target: String
    private let state: Mutex<State>

    init(connection: OpaquePointer, target: String) {
        self.target = target
        state = Mutex(State(connection: connection))
    }

    /// Answers; a second answer, or one whose client is gone, is left out.
    package func respond(_ response: HTTPResponse) {
        state.withLock { state in
            guard !state.isOver, state.response == nil else { return }
            state.response = response
            guard state.isSuspended else { return }
            state.isSuspended = false
            MHD_resume_connection(state.connection)
        }
    }

    // MARK: On the server's thread

    /// One call of the server for this request.
    func step(
        method: String,
        _ headers: () -> [String: String],
        data: UnsafeRawBufferPointer,
        handler: any HTTPHandler
    ) -> Bool {
        let isOpening = state.withLock { state in
            defer { state.isOpened = true }
            return !state.isOpened
        }
        if isOpening {
            let headers = headers()
            state.withLock {
                $0.method = method
                $0.headers = headers
            }
            return true
        }
        if data.count > 0 {
            take(data)
            return true
        }
        if !state.withLock({ $0.isHandedOver }) { handOver(to: handler) }
        return answer()
    }

    private func take(_ data: UnsafeRawBufferPointer) {
        state.withLock { state in
            if state.body.count + data.count > HTTPRequest.bodyLimit {
                state.isTooLarge = true
                state.body = []
            } else if !state.isTooLarge {
                state.body += data
            }
        }
    }

    private func handOver(to handler: any HTTPHandler) {
        let (request, isTooLarge) = state.withLock { state in
            state.isHandedOver = true
            let request = HTTPRequest(
                method: state.method,
                target: target,
                headers: state.headers,
                body: state.body,
                client: Exchange.client(of: state.connection)
            )
            state.body = []
            return (request, state.isTooLarge)
        }
        if isTooLarge {
            respond(APIError.large.response)
        } else {
            handler.handle(request, self)
        }
    }

    private static func client(of connection: OpaquePointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard let start = text.baseAddress else { return "" }
            tailship_http_client(connection, start, text.count)
            return String(cString: start)
        }
    }

    /// Queues the answer, or suspends the connection until it is there.
    private func answer() -> Bool {
        state.withLock { state in
            guard let response = state.response else {
                state.isSuspended = true
                MHD_suspend_connection(state.connection)
                return true
            }
            return response.queue(on: state.connection)
        }
    }

    /// The request is over, answered or not.
    func end() {
        state.withLock { state in
            state.isOver = true
            // What was never handed to the server is nobody's now.
            if case .feed(let feed) = state.response?.body { feed.end() }
            state.response = nil
        }
    }
}
