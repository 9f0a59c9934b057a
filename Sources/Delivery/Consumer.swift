import Core

/// A consumer as a state machine: where its cursor is, what is being delivered, and when to try again.
///
/// ```
///              ┌──────────────── refused: wait, then again ───────────────┐
///              ▼                                                          │
/// prepare ──▶ idle ──head moved──▶ gather ──age──▶ read ──rows──▶ deliver part by part ──▶ store ──▶ idle
///                                                    └────────no rows─────────────────────▶ ┘
/// ```
/// The driver asks for the `next` action, does it, and tells what came of it; nothing else happens. Orders of
/// people (pause, rewind, skip, replay) come between two actions. What was delivered and not stored yet is
/// delivered again after a crash, under the same keys, which is harmless.
package struct Consumer: Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        /// Connect, and bring the schema up to date.
        case prepare
        /// Find up to `rows` rows behind the cursor.
        case read(after: Cursor, rows: Int)
        /// Find up to `rows` dead letters that are to be tried again.
        case readLetters(rows: Int)
        /// Hand these rows of the page to the backend.
        case deliver(Part)
        /// Make the progress durable, all of it at once.
        case store(Progress)
        /// Nothing until then, or until somebody calls; nil for as long as it takes.
        case wait(until: Instant?)
    }

    /// What is to be stored after a page.
    package struct Progress: Hashable, Sendable {
        /// Nil when the cursor stays where it is.
        package var cursor: Cursor?
        /// Rows of the page that go to the dead letters, with the backend's words.
        package var letters: [Int: String]
        /// Whether the page was of dead letters: those that were taken are dead no more.
        package var isReplay: Bool
    }

    /// What the consumer is, in one word for people.
    package enum State: String, Sendable, CaseIterable {
        case starting
        case current
        case delivering
        case retrying
        case blocked
        case paused
    }

    private enum Phase: Hashable, Sendable {
        case unprepared
        case idle
        case gathering(until: Instant)
        case ready
        case delivering
        case storing
    }

    package let policy: DeliveryPolicy
    /// How far it is; nil before the first `prepared`.
    package private(set) var cursor: Cursor?
    /// How far the catalog is.
    package private(set) var head: Cursor
    /// What the backend said last, until something works again.
    package private(set) var trouble: Refusal?
    /// Failures in a row.
    package private(set) var failures = 0
    package private(set) var isPaused: Bool

    private var phase = Phase.unprepared
    private var page: Page?
    private var parts: [Part] = []
    private var letters: [Int: String] = [:]
    private var backoff: Backoff
    private var notBefore: Instant?
    private var lookAgain: Instant?
    /// Whether the schema was looked at again since a row of the page was refused alone.
    private var isChecked = false
    private var isSkipping = false
    private var isReplaying = false

    /// A consumer that goes on behind `cursor`, what was stored last; without one at the start of `head`'s epoch.
    package init(policy: DeliveryPolicy, cursor: Cursor?, head: Cursor, isPaused: Bool = false) {
        self.policy = policy
        self.cursor = cursor
        self.head = head
        self.isPaused = isPaused
        backoff = Backoff(first: policy.retryFirst, longest: policy.retryLongest)
    }

    package var state: State {
        if isPaused { return .paused }
        if let trouble {
            if case .blocked = trouble { return .blocked }
            return .retrying
        }
        switch phase {
        case .unprepared: return .starting
        case .idle: return isBehind ? .delivering : .current
        default: return .delivering
        }
    }

    /// Whether one attempt is all that is risked until the backend works again.
    package var isCircuitOpen: Bool {
        if case .blocked? = trouble { return true }
        return failures >= policy.circuitFailures
    }

    /// Revisions that are not delivered yet.
    package var lag: Int64 { head.rev - position.rev }

    private var isBehind: Bool { lag > 0 }

    /// When what failed is tried again; nil when nothing waits for that.
    package var nextAttempt: Instant? { isPaused ? nil : notBefore }

    // MARK: What to do

    /// The next action; asking again gives the same until an event comes.
    package mutating func next(now: Instant) -> Action {
        if isPaused { return .wait(until: nil) }
        if let wait = notBefore {
            if now < wait { return .wait(until: wait) }
            notBefore = nil
        }
        switch phase {
        case .unprepared: return .prepare
        case .delivering:
            guard let part = parts.last else { return settle() }
            return .deliver(part)
        case .storing: return settle()
        case .ready: return readAction()
        case .idle, .gathering: return rest(now)
        }
    }

    private mutating func rest(_ now: Instant) -> Action {
        if isReplaying || isSkipping && isBehind { return readAction() }
        if let moment = lookAgain, moment <= now {
            lookAgain = nil
            return readAction()
        }
        guard isBehind else {
            worked()
            phase = .idle
            return .wait(until: lookAgain)
        }
        // What failed has waited long enough; a whole batch waits for nothing.
        if trouble != nil || lag >= Int64(policy.batchRows) { return readAction() }
        if case .gathering(let until) = phase {
            return until <= now ? readAction() : .wait(until: min(until, lookAgain ?? until))
        }
        let until = now + policy.batchAge
        phase = .gathering(until: until)
        return until <= now ? readAction() : .wait(until: min(until, lookAgain ?? until))
    }

    private mutating func readAction() -> Action {
        phase = .ready
        if isReplaying { return .readLetters(rows: rowsAtOnce) }
        return .read(after: position, rows: isSkipping ? 1 : rowsAtOnce)
    }

    /// A probe is small: a backend that has just come back is not buried.
    private var rowsAtOnce: Int { isCircuitOpen ? min(policy.batchRows, 100) : policy.batchRows }

    /// Where to read from: the beginning, when the cursor is of another life of the catalog or ahead of it.
    private var position: Cursor {
        guard let cursor, cursor.epoch == head.epoch, cursor.rev <= head.rev else {
            return Cursor(epoch: head.epoch, rev: 0)
        }
        return cursor
    }

    private mutating func settle() -> Action {
        phase = .storing
        let isReplay = page?.isReplay ?? false
        return .store(
            Progress(
                cursor: isReplay ? nil : page?.through,
                letters: letters,
                isReplay: isReplay
            )
        )
    }

    // MARK: What came of it

    /// The backend is there.
    ///
    /// - Parameters:
    ///   - stored: the cursor that it keeps with its rows, when it does.
    ///   - hasWaiting: whether something behind the cursor may be waiting, as sessions are that were not quiet.
    package mutating func prepared(stored: Cursor? = nil, hasWaiting: Bool = false) {
        if let stored { cursor = stored }
        phase = parts.isEmpty ? (hasWaiting ? .ready : .idle) : .delivering
    }

    /// A page was found.
    package mutating func read(_ found: Page, now: Instant) {
        lookAgain = found.lookAgain.map { now + $0 }
        if found.isReplay, found.rows == 0 {
            isReplaying = false
            phase = .idle
            return
        }
        page = found
        letters = [:]
        isChecked = false
        if isSkipping, found.rows > 0 {
            isSkipping = false
            for row in 0..<found.rows { letters[row] = "skipped by order" }
            parts = []
        } else {
            parts = found.rows > 0 ? [Part(rows: Array(0..<found.rows), isLast: true)] : []
        }
        if parts.isEmpty, letters.isEmpty, found.through == cursor {
            phase = .idle
        } else {
            phase = parts.isEmpty ? .storing : .delivering
        }
    }

    /// The backend has the part, durably.
    package mutating func accepted() {
        parts.removeLast()
        worked()
    }

    /// The backend, or something on the way to it, refused.
    ///
    /// `random`: any random number, for the jitter.
    package mutating func refused(_ refusal: Refusal, random: UInt64, now: Instant) {
        switch refusal {
        case .temporary(_, let after):
            fail(refusal, max(after ?? .zero, backoff.next(random: random)), now)
        case .blocked:
            fail(refusal, max(policy.blockedWait, backoff.next(random: random)), now)
        case .rows(let rows): bury(rows)
        case .part(let words): split(words)
        }
    }

    /// The progress is durable.
    package mutating func stored() {
        if let page, !page.isReplay { cursor = page.through }
        let hasMore = page?.hasMore ?? false
        page = nil
        letters = [:]
        phase = hasMore ? .ready : .idle
    }

    /// The catalog was committed up to there.
    package mutating func advanced(to head: Cursor) {
        self.head = head
    }

    private mutating func fail(_ refusal: Refusal, _ wait: Duration, _ now: Instant) {
        trouble = refusal
        failures += 1
        notBefore = now + wait
        // Whatever went wrong, the next attempt begins with a connection and a schema that are known.
        if phase == .delivering {
            parts = []
            page = nil
            letters = [:]
        }
        phase = .unprepared
    }

    private mutating func bury(_ rows: [Int: String]) {
        guard let part = parts.popLast() else { return }
        var left: [Int] = []
        for (index, row) in part.rows.enumerated() {
            if let words = rows[index] { letters[row] = words } else { left.append(row) }
        }
        // A backend that names no row of the part must not be asked for ever.
        if left.count == part.rows.count { return split(rows.first?.value ?? "refused", part) }
        push([left], isLast: part.isLast)
    }

    private mutating func split(_ words: String) {
        guard let part = parts.popLast() else { return }
        split(words, part)
    }

    private mutating func split(_ words: String, _ part: Part) {
        guard part.rows.count > 1 else {
            // A table that somebody changed refuses every row; the preparation makes it good, or tells.
            guard isChecked else {
                isChecked = true
                parts.append(part)
                phase = .unprepared
                return
            }
            for row in part.rows { letters[row] = words }
            return push([], isLast: part.isLast)
        }
        let middle = part.rows.count / 2
        push([Array(part.rows[..<middle]), Array(part.rows[middle...])], isLast: part.isLast)
    }

    /// The parts to deliver next, in this order; the last of them is the page's last, if `isLast`.
    private mutating func push(_ rows: [[Int]], isLast: Bool) {
        let kept = rows.filter { !$0.isEmpty }
        for (index, rows) in kept.enumerated().reversed() {
            parts.append(Part(rows: rows, isLast: isLast && index == kept.count - 1))
        }
    }

    private mutating func worked() {
        trouble = nil
        failures = 0
        backoff.reset()
        notBefore = nil
    }

    // MARK: Orders

    /// Delivers nothing until `resume`.
    package mutating func pause() {
        isPaused = true
        abandon()
    }

    /// Goes on, at once.
    package mutating func resume() {
        isPaused = false
        retryNow()
    }

    /// Tries again without waiting for the end of a backoff.
    package mutating func retryNow() { notBefore = nil }

    /// Goes on behind `cursor`, before or after where it is; the driver has made it durable.
    package mutating func rewind(to cursor: Cursor) {
        self.cursor = cursor
        isSkipping = false
        abandon()
    }

    /// Puts the next row to the dead letters instead of delivering it.
    package mutating func skip() {
        abandon()
        isSkipping = true
        retryNow()
    }

    /// Tries the dead letters once more.
    package mutating func replay() {
        isReplaying = true
        retryNow()
    }

    /// Forgets the page at hand; what was delivered of it is delivered again.
    private mutating func abandon() {
        page = nil
        parts = []
        letters = [:]
        if phase != .unprepared { phase = .idle }
    }
}
