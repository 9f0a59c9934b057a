import Backends
import Core
import Platform
import Settings

/// What people and other systems get.
extension ReceiverDoctor {
    mutating func lookAtPage(isRunning: Bool) {
        let pages = settings.listen.webPages
        if !Host.mayRead(pages.appending("index.html"), folder: false) {
            diagnosis.warn(
                "page",
                "the page's files are not in \(pages)",
                "Install the package again, or set [listen] web_pages."
            )
        }
        let web = settings.listen.web
        guard web.isLoopback || settings.listen.isWebSecure else {
            return diagnosis.fail(
                "page",
                "the page at \(web) would be read by other machines without TLS",
                "Set web_https = true in [listen], or a loopback address."
            )
        }
        if isRunning { reach("page", web) }
    }

    mutating func lookAtConsumers() {
        for consumer in settings.consumers where consumer.enabled {
            let name = "consumer \(consumer.name)"
            do throws(OperatorError) {
                _ = try BackendFactory.make(consumer)
                diagnosis.ok(name, "\(consumer.backend?.rawValue ?? ""): configured")
            } catch {
                diagnosis.fail(name, error)
            }
        }
    }

    mutating func lookAtSettings() {
        do throws(OperatorError) {
            _ = try PriceFile.table(settings.prices)
        } catch {
            diagnosis.fail("prices", error)
        }
        if settings.retention.isOn {
            diagnosis.ok(
                "retention",
                "[retention] deletes what is too old; tailship-receiver retention --dry-run shows it"
            )
        } else {
            diagnosis.ok("retention", "everything is kept")
        }
    }
}
