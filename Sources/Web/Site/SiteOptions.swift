import Core

/// What the page is, and where it finds what it shows.
package struct SiteOptions: Sendable {
    /// Host names that it may be called by, besides `localhost` and addresses.
    package var hosts: [String] = []
    /// Whether it is served over TLS.
    package var isSecure = false
    /// The folder of the page's own files.
    package var pages: BytePath
    /// The storage folder.
    package var storage: BytePath
    /// The receiver's version.
    package var version: String
    /// What people call the receiver.
    package var name: String
    /// Threads that read the catalog.
    package var readers = 2
    /// Between two looks at the rules of alerts.
    package var alertInterval = Duration.seconds(30)
    /// Requests that may wait for them.
    package var waiting = 128

    package init(pages: BytePath, storage: BytePath, version: String, name: String) {
        self.pages = pages
        self.storage = storage
        self.version = version
        self.name = name
    }
}
