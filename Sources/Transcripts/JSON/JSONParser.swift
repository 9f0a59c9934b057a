import CJSON

/// simdjson's parser with the buffer that its input needs; it belongs to one thread at a time.
package final class JSONParser {
    /// Why a text is not JSON.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// simdjson's number.
        package let code: Int32
        /// simdjson's words.
        package var description: String { String(cString: tailship_json_error(code)) }
    }

    /// Bytes that must be readable behind a text; their values do not matter.
    package static var padding: Int { tailship_json_padding }

    private let handle: OpaquePointer

    /// Nil when memory is short.
    package init?() {
        guard let handle = tailship_json_new() else { return nil }
        self.handle = handle
    }

    deinit { tailship_json_free(handle) }

    /// Parses one text and hands its root to `body`; the value is gone after that.
    ///
    /// - Parameters:
    ///   - bytes: the text; `padding` readable bytes stand behind it.
    ///   - body: takes the root.
    /// - Returns: what `body` gave.
    /// - Throws: `Failure` when the text is not JSON.
    package func parse<Result>(
        padded bytes: UnsafeRawBufferPointer,
        _ body: (JSONValue) -> Result
    ) throws(Failure) -> Result {
        var tape = tailship_json_tape()
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let code = tailship_json_parse(handle, start, bytes.count, &tape)
        guard code == 0, let words = tape.words, let strings = tape.strings else {
            throw Failure(code: code)
        }
        return body(JSONValue(words: words, strings: strings, index: 1))
    }

    /// Gives back the memory that a large text needed.
    package func release() { tailship_json_release(handle) }
}
