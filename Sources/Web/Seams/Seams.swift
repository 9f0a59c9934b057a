import Transcripts

/// The receiver's side of the page: what it knows beside the catalog, and does for it.
package struct Seams: Sendable {
    package var receiver: any ReceiverSource
    package var notebook: any Notebook
    package var documents: any DocumentSource
    package var consumers: any ConsumerSource
    package var alerts: any AlertSender
    package var answers: any AnswerStore
    /// What savings are reckoned by.
    package var prices: PriceTable

    package init(
        receiver: any ReceiverSource,
        notebook: any Notebook,
        documents: any DocumentSource,
        consumers: any ConsumerSource,
        alerts: any AlertSender,
        answers: any AnswerStore = NoAnswerStore(),
        prices: PriceTable = .standard
    ) {
        self.receiver = receiver
        self.notebook = notebook
        self.documents = documents
        self.consumers = consumers
        self.alerts = alerts
        self.answers = answers
        self.prices = prices
    }
}
