import Catalog
import Core
import Platform

/// What programs ask: health, metrics, and what can be asked.
extension Router {
    static var machineRoutes: [Route] {
        [
            Route("GET", "/health", nil, [], .memory) { context throws(APIError) in
                HealthReport(context).response
            },
            Route("GET", "/metrics", .viewerAggregate, [], .live) { context throws(APIError) in
                HTTPResponse(
                    200,
                    [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
                    .bytes(Array(try MetricsReport(context).text().utf8))
                )
            },
            Route("GET", "/api/openapi.json", .viewerAggregate, [], .live) {
                context throws(APIError) in
                HTTPResponse(
                    200,
                    [("Content-Type", "application/json")],
                    .bytes(try openAPI(context))
                )
            },
        ]
    }

    /// The document is installed beside the page's files, or stands in the source tree beside their folder.
    private static func openAPI(_ context: RequestContext) throws(APIError) -> [UInt8] {
        let pages = context.site.options.pages
        for path in [
            pages.appending("openapi.json"), pages.parent.appending("docs/openapi.json"),
        ] {
            do throws(SystemError) {
                if let bytes = try LinuxDisk(root: "/", links: .follow).contents(path) {
                    return bytes
                }
            } catch {
                Log.warning("cannot read \(path): \(error)")
            }
        }
        throw .missing("the document is not installed", remedy: "docs/openapi.json has it.")
    }
}
