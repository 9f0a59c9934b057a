import CCurl
import Core
import Delivery

/// One connection to an HTTP server, over libcurl; it belongs to one thread and blocks it.
///
/// Redirects are not followed: a password must not go anywhere else.
final class HTTPClient {
    /// What a server said.
    struct Answer {
        var status: Int
        /// At most `bodyLimit` bytes.
        var body: [UInt8]
        /// How long the server asked to be left alone.
        var retryAfter: Duration?

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Who one is at the server, and how it is known.
    struct Access {
        var user: String?
        var password: String?
        /// The authority that must have signed the server's certificate; nil for the system's.
        var authority: BytePath?
        var timeout = Duration.seconds(30)
    }

    /// More of an answer is not wanted by anybody here.
    static let bodyLimit = 4 << 20

    private static let isLibraryStarted = tailship_curl_start() == CURLE_OK

    /// Collects the body; the library gets a pointer to it while a request runs.
    private final class Sink {
        var body: [UInt8] = []
    }

    private let handle: OpaquePointer?
    private let access: Access
    private let errorText: UnsafeMutablePointer<CChar>

    init(_ access: Access) {
        _ = HTTPClient.isLibraryStarted
        self.access = access
        handle = curl_easy_init().map { OpaquePointer($0) }
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if let handle { curl_easy_cleanup(UnsafeMutableRawPointer(handle)) }
        errorText.deallocate()
    }

    /// Sends a request and waits for its answer, whatever its status.
    ///
    /// `headers` are lines `Name: value`. It throws `.temporary` when no answer came, `.blocked` when the server is not
    /// who it should be.
    func request(
        _ method: String,
        _ url: String,
        headers: [String] = [],
        body: [UInt8]? = nil
    ) throws(Refusal) -> Answer {
        guard let handle else { throw .temporary("no memory for a connection") }
        let curl = UnsafeMutableRawPointer(handle)
        curl_easy_reset(curl)
        let sink = Sink()
        configure(curl, method, url)
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        // Without it libcurl waits a second for a server that does not know "100 Continue".
        for header in headers + ["Expect:"] { list = curl_slist_append(list, header) ?? list }
        _ = tailship_curl_set_pointer(curl, CURLOPT_HTTPHEADER, list)
        let context = Unmanaged.passUnretained(sink)
        _ = tailship_curl_set_pointer(curl, CURLOPT_WRITEDATA, context.toOpaque())
        _ = tailship_curl_set_sink(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            let room = max(0, HTTPClient.bodyLimit - sink.body.count)
            let part = UnsafeRawBufferPointer(start: bytes, count: min(size * count, room))
            sink.body.append(contentsOf: part)
            return size * count
        }
        let code = withExtendedLifetime(sink) { perform(curl, body) }
        guard code == CURLE_OK else { throw refusal(code, url) }
        let seconds = tailship_curl_retry_after(curl)
        return Answer(
            status: tailship_curl_status(curl),
            body: sink.body,
            retryAfter: seconds > 0 ? .seconds(Int64(seconds)) : nil
        )
    }

    private func perform(_ curl: UnsafeMutableRawPointer, _ body: [UInt8]?) -> CURLcode {
        guard let body else { return curl_easy_perform(curl) }
        return body.withUnsafeBytes { bytes in
            let size = curl_off_t(bytes.count)
            _ = tailship_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, size)
            _ = tailship_curl_set_pointer(curl, CURLOPT_POSTFIELDS, bytes.baseAddress)
            return curl_easy_perform(curl)
        }
    }

    private func configure(_ curl: UnsafeMutableRawPointer, _ method: String, _ url: String) {
        errorText[0] = 0
        _ = tailship_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
        _ = tailship_curl_set_text(curl, CURLOPT_URL, url)
        _ = tailship_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = tailship_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        if method == "POST" { _ = tailship_curl_set_long(curl, CURLOPT_POST, 1) }
        _ = tailship_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, method)
        _ = tailship_curl_set_text(curl, CURLOPT_USERAGENT, "tailship")
        let milliseconds = Int(clamping: access.timeout.milliseconds)
        _ = tailship_curl_set_long(curl, CURLOPT_TIMEOUT_MS, milliseconds)
        _ = tailship_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, min(10_000, milliseconds))
        if let user = access.user {
            _ = tailship_curl_set_long(curl, CURLOPT_HTTPAUTH, 1)
            _ = tailship_curl_set_text(curl, CURLOPT_USERNAME, user)
            _ = tailship_curl_set_text(curl, CURLOPT_PASSWORD, access.password ?? "")
        }
        if let authority = access.authority {
            let path = authority.bytes.map { CChar(bitPattern: $0) } + [0]
            _ = tailship_curl_set_text(curl, CURLOPT_CAINFO, path)
        }
    }

    private func refusal(_ code: CURLcode, _ url: String) -> Refusal {
        let detail = String(cString: errorText)
        let words = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let server = HTTPClient.server(of: url)
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            return .blocked(
                "\(server): \(words)",
                remedy: "Set \"authority\" to the certificate of the authority that signed the "
                    + "server's certificate."
            )
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return .blocked("\(server): \(words)", remedy: "Correct \"url\" (http:// or https://).")
        default: return .temporary("\(server): \(words)")
        }
    }

    /// The scheme and host of an address, for messages: what stands behind may be secret.
    static func server(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return url }
        let host = parts[2].split(separator: "@").last ?? ""
        return "\(parts[0])//\(host)"
    }

    /// The text as it stands in the query of an address.
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return result
    }
}
