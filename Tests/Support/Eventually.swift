/// What a test expected and did not see.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Asks again and again until there is an answer.
///
/// - Throws: when there is none within `limit`, saying `what` was waited for, or whatever `body` throws.
package func eventually<Value>(
    _ what: @autoclosure () -> String,
    within limit: Duration = .seconds(30),
    every pause: Duration = .milliseconds(25),
    _ body: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let end = clock.now + limit
    // On a busy machine the time may pass without a look; a few looks are given in any case.
    var looks = 0
    while true {
        if let value = try await body() { return value }
        looks += 1
        guard clock.now < end || looks < 40 else {
            throw TestFailure("after \(limit) still not true: \(what())")
        }
        try await Task.sleep(for: pause)
    }
}

/// Waits until a condition holds.
///
/// - Throws: when it does not within `limit`.
package func eventually(
    _ what: @autoclosure () -> String,
    within limit: Duration = .seconds(30),
    every pause: Duration = .milliseconds(25),
    _ condition: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what(), within: limit, every: pause) {
        try await condition() ? true : nil
    }
}
