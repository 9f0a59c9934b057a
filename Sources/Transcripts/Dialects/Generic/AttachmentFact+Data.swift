import Core

extension AttachmentFact {
    /// An image or a document that stands in a record as `data:<media type>;base64,<data>`, or is named by a URL.
    init?(url: JSONValue?, ordinal: Int) {
        guard let url = url?.bytes ?? url?["url"]?.bytes, !url.isEmpty else { return nil }
        guard url.starts(with: "data:".utf8) else {
            self.init(ordinal: ordinal, kind: .image, size: 0)
            path = String(decoding: url.prefix(2_048), as: UTF8.self)
            return
        }
        let head = url.prefix(256)
        guard let comma = head.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let type = head[5..<comma].prefix { $0 != UInt8(ascii: ";") }
        self.init(
            base64: UnsafeRawBufferPointer(rebasing: url[(comma + 1)...]),
            mediaType: String(decoding: type, as: UTF8.self),
            ordinal: ordinal
        )
    }

    /// An image or a document of base64 text.
    init(base64 data: UnsafeRawBufferPointer, mediaType: String?, ordinal: Int) {
        let padding = data.suffix(2).count { $0 == UInt8(ascii: "=") }
        let cut = CutMark.length(of: data)
        let count = cut ?? Int64(data.count)
        let isImage = mediaType?.hasPrefix("image/") ?? true
        self.init(
            ordinal: ordinal,
            kind: isImage ? .image : .document,
            size: max(0, count / 4 * 3 + count % 4 * 3 / 4 - Int64(padding))
        )
        self.mediaType = mediaType
        if cut == nil { hash = Checksum.xxh3(data) }
    }
}

extension Entry {
    /// Attachments so far, which is the ordinal of the next.
    var attachmentCount: Int {
        facts.count {
            if case .attachment = $0 { true } else { false }
        }
    }
}
