import Core

/// Timers by deadline: a binary heap of which each timer knows its place, so that cancelling leaves nothing.
final class TimerQueue {
    private var heap: [Timer] = []
    private var sequence: UInt64 = 0

    /// When the first timer is due; nil without one.
    var earliest: Instant? { heap.first?.deadline }

    func add(at deadline: Instant, _ body: @escaping () -> Void) -> Timer {
        let timer = Timer(
            deadline: deadline,
            sequence: sequence,
            index: heap.count,
            queue: self,
            body
        )
        sequence += 1
        heap.append(timer)
        siftUp(timer.index)
        return timer
    }

    /// Fires what is due at `now`; a timer that is scheduled meanwhile waits for the next call.
    func fire(until now: Instant) {
        let limit = sequence
        while let first = heap.first, first.deadline <= now, first.sequence < limit {
            remove(first)
            first.fire()
        }
    }

    func remove(_ timer: Timer) {
        let index = timer.index
        guard let last = heap.popLast(), last !== timer else { return }
        place(last, at: index)
        siftUp(index)
        siftDown(last.index)
    }

    /// Lets go of all timers, which refer back to the queue.
    func removeAll() {
        while let last = heap.last { last.cancel() }
    }

    private func place(_ timer: Timer, at index: Int) {
        heap[index] = timer
        timer.index = index
    }

    private func siftUp(_ start: Int) {
        var index = start
        let timer = heap[index]
        while index > 0, timer.precedes(heap[(index - 1) / 2]) {
            place(heap[(index - 1) / 2], at: index)
            index = (index - 1) / 2
        }
        place(timer, at: index)
    }

    private func siftDown(_ start: Int) {
        var index = start
        let timer = heap[index]
        while 2 * index + 1 < heap.count {
            var child = 2 * index + 1
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(timer) else { break }
            place(heap[child], at: index)
            index = child
        }
        place(timer, at: index)
    }
}
