import Settings

/// A backend under test: how it is configured, what is done to it, and what it has.
protocol DeliveryTarget: AnyObject {
    /// What its consumer is configured with; `port` is that of a server, or of a wire to it.
    func configure(_ settings: inout ConsumerSettings, port: Int)

    /// The port of its server; nil for one that has none.
    var port: Int? { get }

    /// The tables that it gets, of those that the catalog of the test has.
    var tables: [String] { get }

    /// The rows that it has, `table/id` with the `rev`: the latest of each, without those that are gone.
    func rows() throws -> [String: Int64]

    /// Changes its schema behind the consumer's back; false where there is none.
    func drift() throws -> Bool

    /// Has the server refuse a row; false where it takes everything.
    func poison(_ table: String, _ id: Int64) throws -> Bool

    /// Ends what `poison` began.
    func cure(_ table: String) throws

    /// Takes all rows away behind the consumer's back; false where nobody would.
    func empty() throws -> Bool
}

extension DeliveryTarget {
    var port: Int? { nil }
    var tables: [String] { ["messages", "responses", "entries", "sessions"] }
    func drift() throws -> Bool { false }
    func poison(_ table: String, _ id: Int64) throws -> Bool { false }
    func cure(_ table: String) throws {}
    func empty() throws -> Bool { false }
}
