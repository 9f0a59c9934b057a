import Synchronization

/// Answers that many ask for while nothing changes, by what was asked and the state that they are of.
final class ResponseCache: Sendable {
    private struct Entry {
        var tag: String
        var response: HTTPResponse
        var size: Int
        var turn: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var size = 0
        var turn: UInt64 = 0
    }

    /// Bytes in all, and of one answer.
    private static let most = 8 << 20
    private static let largest = 512 << 10

    private let state = Mutex(State())

    func response(_ key: String, _ tag: String) -> HTTPResponse? {
        state.withLock { state in
            guard let entry = state.entries[key], entry.tag == tag else { return nil }
            state.turn += 1
            state.entries[key]?.turn = state.turn
            return entry.response
        }
    }

    func keep(_ key: String, _ tag: String, _ response: HTTPResponse) {
        guard case .bytes(let bytes) = response.body, bytes.count <= ResponseCache.largest,
            response.status == 200
        else { return }
        state.withLock { state in
            if let former = state.entries.removeValue(forKey: key) { state.size -= former.size }
            state.turn += 1
            let size = bytes.count + key.utf8.count + 512
            state.entries[key] = Entry(tag: tag, response: response, size: size, turn: state.turn)
            state.size += size
            while state.size > ResponseCache.most,
                let oldest = state.entries.min(by: { $0.value.turn < $1.value.turn })
            {
                state.size -= oldest.value.size
                state.entries[oldest.key] = nil
            }
        }
    }
}
