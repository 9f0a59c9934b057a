import Catalog
import Core
import Web

/// Has the page's answers written by the thread that writes the rows, between two turns.
struct IngestAnswers: AnswerStore {
    let ingest: Ingest

    func keep(_ answers: [SessionAnswers], done: @escaping @Sendable () -> Void) {
        ingest.order { keeper throws(OperatorError) in
            try keeper.keep(answers)
            done()
        }
    }
}
