import Core
import Platform

/// Why a request is not answered as it was meant.
package struct APIError: Error, Sendable {
    package var status: UInt32
    /// For programs; the names are stable.
    package var code: String
    package var message: String
    package var remedy: String?

    init(_ status: UInt32, _ code: String, _ message: String, remedy: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The same as an error of the command line.
    init(_ error: OperatorError) {
        let (status, code): (UInt32, String) =
            switch error.code {
            case .usage: (400, "usage")
            case .input: (404, "input")
            case .busy: (503, "busy")
            default: (500, "internal")
            }
        if status == 500 { Log.error(error) }
        self.init(status, code, error.message, remedy: error.remedy)
    }

    static func usage(_ message: String, remedy: String? = nil) -> APIError {
        APIError(400, "usage", message, remedy: remedy)
    }

    static func missing(_ message: String, remedy: String? = nil) -> APIError {
        APIError(404, "input", message, remedy: remedy)
    }

    static func forbidden(_ message: String, remedy: String? = nil) -> APIError {
        APIError(403, "forbidden", message, remedy: remedy)
    }

    static let login = APIError(
        401,
        "login",
        "this needs a login",
        remedy: "tailship-receiver login prints a link."
    )
    static let large = APIError(413, "large", "the request's body is too large")
    static let busy = APIError(
        503,
        "busy",
        "too much is asked at this moment",
        remedy: "It is tried again by itself, or narrow the time that is asked for."
    )
    static let slow = APIError(
        503,
        "busy",
        "the answer would have taken longer than 10 s",
        remedy: "Narrow the time or add a filter."
    )

    /// `{"error":{…}}`.
    var response: HTTPResponse {
        var json = JSONBuffer()
        json.object { json in
            json.object("error") { json in
                json.string("code", code)
                json.string("message", message)
                json.string("remedy", remedy)
                json.number("status", status)
            }
        }
        var response = HTTPResponse(
            status,
            [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            .bytes(json.bytes)
        )
        if status == 503 { response.set("Retry-After", "2") }
        if status == 401 { response.set("WWW-Authenticate", "Bearer realm=\"tailship\"") }
        return response
    }
}
