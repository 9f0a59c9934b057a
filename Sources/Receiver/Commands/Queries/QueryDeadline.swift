import Core
import Platform
import Settings

/// Until when a query may take: as long as it reads, the log of the rows cannot shrink.
struct QueryDeadline: Sendable {
    /// Unless `--timeout` says otherwise.
    private static let standard: Duration = .seconds(600)

    private let limit: Duration
    private let end: Instant

    /// From `--timeout`, a duration; what is over without anybody reading the output ends the process.
    init(_ context: QueryContext) throws(OperatorError) {
        var limit = QueryDeadline.standard
        if let text = context.arguments.values["--timeout"] {
            guard let given = DurationText.duration(from: text), given > .zero else {
                throw OperatorError(
                    .usage,
                    "--timeout \(text) is no duration",
                    remedy: "For example: 30s, 10m, 2h"
                )
            }
            limit = given
        }
        self.limit = limit
        end = Clock.monotonic() + limit
        let error = error
        // The statement is asked itself; what waits for a pager or a pipe is not.
        _ = Thread.spawn(name: "deadline") { [limit] in
            _ = Signal().wait(timeout: limit + .seconds(1))
            Log.error(error)
            ProcessExit.now(Exit.failure)
        }
    }

    var isOver: Bool { Clock.monotonic() >= end }

    var error: OperatorError {
        OperatorError(
            .busy,
            "the query took longer than \(DurationText.text(limit))",
            remedy: "Narrow it, or give it more time with --timeout 1h."
        )
    }
}
