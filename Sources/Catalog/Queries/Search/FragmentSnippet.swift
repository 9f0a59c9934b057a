/// The part of a path or a command that a text was found in.
enum FragmentSnippet {
    /// Unicode scalars at most, without the marks.
    private static let length = 66
    /// Those before the first place.
    private static let before = 20

    /// Where the text stands, between U+0002 and U+0003; nil where it does not.
    ///
    /// ASCII letters are the same in either case, as in LIKE.
    static func of(_ text: String, _ sought: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        let wanted = sought.unicodeScalars.filter { $0.value != 0 }.map(folded)
        let folded = scalars.map(folded)
        guard let first = place(of: wanted, in: folded, from: 0) else { return nil }
        var start = max(0, first - before)
        let end = min(scalars.count, max(start + length, first + wanted.count))
        if end == scalars.count { start = max(0, min(start, end - length)) }
        var out = start > 0 ? "…" : ""
        var at = start
        while at < end {
            guard let next = place(of: wanted, in: folded, from: at), next + wanted.count <= end
            else { break }
            out.unicodeScalars.append(contentsOf: scalars[at..<next])
            out += "\u{2}"
            out.unicodeScalars.append(contentsOf: scalars[next..<(next + wanted.count)])
            out += "\u{3}"
            at = next + wanted.count
        }
        out.unicodeScalars.append(contentsOf: scalars[at..<end])
        return end < scalars.count ? out + "…" : out
    }

    private static func place(
        of wanted: [Unicode.Scalar],
        in text: [Unicode.Scalar],
        from start: Int
    ) -> Int? {
        guard !wanted.isEmpty, text.count - start >= wanted.count else { return nil }
        return (start...(text.count - wanted.count)).first { place in
            text[place..<(place + wanted.count)].elementsEqual(wanted)
        }
    }

    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard ("A"..."Z").contains(scalar) else { return scalar }
        return Unicode.Scalar(UInt8(scalar.value) | 0x20)
    }
}
