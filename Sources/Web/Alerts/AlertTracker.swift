import Core

/// Decides what is told of the rules, from what they find at each look.
///
/// A notice is due when a rule begins to hold, when what it is about becomes more, and when it holds no more; of the
/// first two at most one in the rule's cooldown. What could not be delivered is tried again, later each time.
struct AlertTracker: Sendable, Hashable {
    /// What was told of a rule.
    struct Record: Sendable, Hashable {
        var since: WallTime
        /// What it was about when it was told last, as far as that lasts.
        var told: Set<String> = []
        var toldAt: WallTime?
        /// Whether it was told that it holds, and not that it holds no more.
        var isOpen = false
        /// Whether it holds no more.
        var isOver = false
        var failures = 0
        var notBefore: WallTime?
    }

    private(set) var records: [String: Record] = [:]

    init() {}

    var isEmpty: Bool { records.isEmpty }

    /// Since when a rule holds.
    func since(_ id: String) -> WallTime? {
        records[id].flatMap { $0.isOver ? nil : $0.since }
    }

    /// Takes a look into account: what each rule found, nil for nothing.
    mutating func observe(
        _ found: [(rule: AlertRule, cause: AlertCause?)],
        now: WallTime
    ) -> [AlertNotice] {
        let known = Set(found.map(\.rule.id))
        records = records.filter { known.contains($0.key) }
        return found.compactMap { rule, cause in
            if let cause { return holds(rule, cause, now) }
            return ended(rule, now)
        }
    }

    private mutating func holds(
        _ rule: AlertRule,
        _ cause: AlertCause,
        _ now: WallTime
    ) -> AlertNotice? {
        var record = records[rule.id] ?? Record(since: now)
        if record.isOver {
            record.isOver = false
            record.since = now
        }
        record.told.formIntersection(cause.subjects)
        records[rule.id] = record
        guard !cause.subjects.isSubset(of: record.told), isFree(record, rule, now) else {
            return nil
        }
        return AlertNotice(rule: rule, cause: cause, since: record.since)
    }

    private func isFree(_ record: Record, _ rule: AlertRule, _ now: WallTime) -> Bool {
        let next = record.toldAt.map { $0 + .seconds(rule.cooldownSeconds) }
        return now >= max(next ?? now, record.notBefore ?? now)
    }

    private mutating func ended(_ rule: AlertRule, _ now: WallTime) -> AlertNotice? {
        guard var record = records[rule.id] else { return nil }
        if record.isOpen, !rule.kind.isEvent, record.failures < AlertTracker.tries {
            guard record.notBefore.map({ $0 <= now }) ?? true else { return nil }
            return AlertNotice(rule: rule, cause: nil, since: record.since)
        }
        record.isOver = true
        record.isOpen = false
        record.told = []
        record.failures = 0
        // It may begin again at once: the cooldown goes on.
        records[rule.id] = isFree(record, rule, now) ? nil : record
        return nil
    }

    /// How often it is tried to tell that a rule holds no more.
    private static let tries = 5

    /// A notice was delivered, or could not be.
    mutating func told(_ notice: AlertNotice, isDelivered: Bool, now: WallTime) {
        guard var record = records[notice.rule.id] else { return }
        if isDelivered {
            record.failures = 0
            record.notBefore = nil
            if let cause = notice.cause {
                record.told = cause.subjects
                record.toldAt = now
                record.isOpen = true
            } else {
                record.told = []
                record.isOpen = false
                record.isOver = true
            }
        } else {
            record.failures += 1
            record.notBefore = now + .seconds(min(3600, 30 << min(7, record.failures - 1)))
        }
        records[notice.rule.id] = record
    }

    // MARK: Keeping it

    /// What was told, as text that `init(_:)` reads.
    var text: String {
        var json = JSONBuffer()
        json.array(nil) { json in
            for (id, record) in records.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.string("id", id)
                    json.time("since", record.since)
                    json.time("told_at", record.toldAt)
                    json.bool("open", record.isOpen)
                    json.bool("over", record.isOver)
                    json.array("told") { json in
                        for subject in record.told.sorted() { json.string(nil, subject) }
                    }
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What was kept; what cannot be read was never told.
    init(_ text: String) {
        for tree in JSONTree(Array(text.utf8))?.list ?? [] {
            guard let id = tree["id"]?.text,
                let since = tree["since"]?.text.flatMap({ WallTime(iso8601: $0) })
            else { continue }
            var record = Record(since: since)
            record.toldAt = tree["told_at"]?.text.flatMap { WallTime(iso8601: $0) }
            record.isOpen = tree["open"]?.isTrue ?? false
            record.isOver = tree["over"]?.isTrue ?? false
            record.told = Set(tree["told"]?.list?.compactMap(\.text) ?? [])
            records[id] = record
        }
    }
}
