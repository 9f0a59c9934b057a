import Catalog

/// Masks the secrets that were found, wherever they stand in what is exported.
struct Redaction {
    private let secrets: [CatalogReader.Secret]

    init(_ secrets: [CatalogReader.Secret]) { self.secrets = secrets }

    /// Leaves everything as it is.
    static let none = Redaction([])

    func text(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret.value) {
            text = text.split(separator: secret.value, omittingEmptySubsequences: false)
                .joined(separator: secret.masked)
        }
        return text
    }

    func item(_ item: TranscriptItem) -> TranscriptItem {
        guard !secrets.isEmpty else { return item }
        var item = item
        item.text = text(item.text)
        if let argument = item.call?.argument { item.call?.argument = text(argument) }
        if let error = item.call?.error { item.call?.error = text(error) }
        return item
    }

    func session(_ session: SessionSummary) -> SessionSummary {
        var session = session
        session.title = session.title.map(text)
        return session
    }
}
