/// Tells in which language a text is written: by its script, and for Latin letters by the small words that
/// every text of a language has.
struct LanguageGuesser: Sendable {
    /// How much of a text is looked at, in bytes.
    private static let looked = 4 << 10
    /// Fewer small words are no sign.
    private static let fewest = 3

    private static let words: [(language: String, words: String)] = [
        (
            "en",
            "a the and is to of in that it for you this with are be on not have was can from but as will should an or if what please we i my when there would do does how all so no me"
        ),
        (
            "de",
            "der die das und ist nicht ich ein eine zu den mit auf für von dem wir sie es auch wie aber werden wird bitte kann noch nur sind oder wenn was ja nein im des dass mir einen bei"
        ),
        (
            "fr",
            "le la les et est un une des pour dans que qui pas sur avec ce il je vous nous du au ne sont cette mais être comme plus tout votre mon fait peux faire ça où aux si en"
        ),
        (
            "es",
            "el la los las y es un una de que en por para con no se del al lo como más pero su este esta si está son hay puede cuando también muy todo ya hacer mi me qué"
        ),
        (
            "pt",
            "o os as e é um uma de que em por para com não se do da no na dos das mais mas como seu este esta são está pode quando também muito você isso ao tem fazer eu já foi"
        ),
        (
            "it",
            "il lo la gli le e è un una di che in per con non si del della nel ma come più questo questa sono può anche quando tutto ho mi ci dei delle alla perché se cosa fare puoi"
        ),
        (
            "nl",
            "de het een en is niet van in op te dat die voor met zijn je ik we er aan maar ook als naar bij kan worden wordt dit nog wat om deze moet heb hebben geen uit wel"
        ),
        (
            "sv",
            "och att det är en ett som på av för med inte den till jag du vi har kan om men så var ska från eller när nu också här alla vad min din"
        ),
        (
            "pl",
            "i w na z się nie to jest do że jak co po za od ale dla czy tak ja już tylko może być są przez ten tego który mam proszę jeśli jako oraz też"
        ),
        (
            "tr",
            "ve bir bu için ile de da ne çok daha gibi olarak var ama değil mi olan sonra kadar her şey ben sen nasıl yok olduğunu lütfen şu en mı diye"
        ),
        (
            "id",
            "yang dan di ini itu untuk dengan tidak dari pada ke akan ada adalah saya anda bisa atau juga sudah kami kita dalam seperti oleh karena jika apa tolong buat harus"
        ),
        (
            "cs",
            "a je se na v že to s z do jako ale pro by si tak jsem není co když jen nebo jsou už má být při této který pokud jak můžete prosím"
        ),
        (
            "vi",
            "và là của có không được cho các một trong với này những để khi tôi bạn như từ đã ra vào thì nó người làm cũng về hãy cần"
        ),
        (
            "ro",
            "și este un o de la în pe cu nu că să se din pentru care mai sunt ca dar am fi ce acest această sau dacă cum poate foarte vreau"
        ),
    ]
    /// The longest small word, in bytes.
    private static let longestWord = 12
    /// Of each small word the languages that have it, one bit each.
    private let languages: ByteTable<UInt32>

    init() {
        var languages: [String: UInt32] = [:]
        for (number, language) in LanguageGuesser.words.enumerated() {
            for word in language.words.split(separator: " ") {
                languages[String(word), default: 0] |= 1 << UInt32(number)
            }
        }
        self.languages = ByteTable(languages.map { ($0.key, $0.value) })
    }

    /// ISO 639-1; nil when the text is short, is no prose, or is in two languages alike.
    func language(of text: TextBytes) -> String? {
        let text = TextBytes(rebasing: text.prefix(LanguageGuesser.looked))
        let scripts = ScriptCounts(text)
        if let language = scripts.language { return language }
        return scripts.latin >= 8 ? byWords(text) : nil
    }

    private func byWords(_ text: TextBytes) -> String? {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: LanguageGuesser.words.count) {
            scores in
            scores.initialize(repeating: 0)
            return byWords(text, scores)
        }
    }

    private func byWords(_ text: TextBytes, _ scores: UnsafeMutableBufferPointer<Double>) -> String?
    {
        var total = 0
        var known = 0
        forEachWord(text) { word in
            total += 1
            guard let found = number(of: word) else { return }
            known += 1
            // A word of many languages says less of each.
            let weight = (word.count == 1 ? 0.25 : 1) / Double(found.nonzeroBitCount)
            var rest = found
            while rest != 0 {
                scores[rest.trailingZeroBitCount] += weight
                rest &= rest - 1
            }
        }
        var best = 0
        for number in scores.indices where scores[number] > scores[best] { best = number }
        var second = 0.0
        for number in scores.indices where number != best { second = max(second, scores[number]) }
        guard known >= LanguageGuesser.fewest, scores[best] >= 1.5, scores[best] >= second * 1.3,
            Double(known) >= Double(total) * 0.08
        else { return nil }
        return LanguageGuesser.words[best].language
    }

    /// Words of letters; what stands in fenced blocks is none.
    @inline(__always)
    private func forEachWord(_ text: TextBytes, _ body: (TextBytes) -> Void) {
        var start = 0
        var isFenced = false
        var index = 0
        while index <= text.count {
            let byte = index < text.count ? text[index] : 0
            if byte.isASCIILetter || byte >= 0x80 {
                index += 1
                continue
            }
            if index > start, index - start <= LanguageGuesser.longestWord, !isFenced {
                body(text.part(start..<index))
            }
            if byte == UInt8(ascii: "`"), text.has("```", at: index) {
                isFenced.toggle()
                index += 3
            } else {
                index += 1
            }
            start = index
        }
    }

    /// The languages of a word.
    ///
    /// Capitals of Latin-1 are made small; of the rest the small words begin with none.
    private func number(of word: TextBytes) -> UInt32? {
        guard word.count > 1, word[0] == 0xc3, (0x80...0x9e).contains(word[1]) else {
            return languages.value(ignoringCase: word)
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: word.count) { lowered in
            _ = lowered.initialize(from: word)
            lowered[1] += 0x20
            return languages.value(ignoringCase: TextBytes(lowered))
        }
    }
}

/// How many characters of each script a text has.
struct ScriptCounts {
    private(set) var latin = 0
    private var han = 0
    private var kana = 0
    /// None as long as there are none of them.
    private var other: [Int] = []
    private var ukrainian = 0

    private static let ranges: [(language: String, range: ClosedRange<UInt32>)] = [
        ("ko", 0xac00...0xd7a3), ("ru", 0x0400...0x052f), ("el", 0x0370...0x03ff),
        ("ar", 0x0600...0x06ff),
        ("he", 0x0590...0x05ff), ("hi", 0x0900...0x097f), ("th", 0x0e00...0x0e7f),
        ("bn", 0x0980...0x09ff),
        ("ta", 0x0b80...0x0bff), ("ka", 0x10a0...0x10ff), ("hy", 0x0530...0x058f),
    ]

    init(_ text: TextBytes) {
        var index = 0
        while index < text.count {
            index = countASCII(text, from: index)
            guard index < text.count else { break }
            let byte = text[index]
            guard byte >= 0xc3 else {
                if byte.isASCIILetter { latin += 1 }
                index += 1
                continue
            }
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
            guard index + length <= text.count else { break }
            var scalar = UInt32(byte) & (0x7f >> UInt32(length))
            for offset in 1..<length { scalar = scalar << 6 | UInt32(text[index + offset] & 0x3f) }
            count(scalar)
            index += length
        }
    }

    /// Counts letters in blocks of ASCII; returns the start of the first block with anything else.
    private mutating func countASCII(_ text: TextBytes, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(text.baseAddress) else { return start }
        typealias Block = SIMD16<UInt8>
        var index = start
        while index + 16 <= text.count {
            let block = base.loadUnaligned(fromByteOffset: index, as: Block.self)
            guard block.max() < 0x80 else { break }
            let isLetter = (block | 0x20) &- 0x61 .< 26
            latin += Int(Block.zero.replacing(with: 1, where: isLetter).wrappedSum())
            index += 16
        }
        return index
    }

    private mutating func count(_ scalar: UInt32) {
        switch scalar {
        case 0xc0...0x24f, 0x1e00...0x1eff: latin += 1
        case 0x3040...0x30ff: kana += 1
        case 0x4e00...0x9fff, 0x3400...0x4dbf: han += 1
        default:
            if [0x454, 0x456, 0x457, 0x491].contains(scalar | 0x20)
                || [0x454, 0x456, 0x457].contains(scalar)
            {
                ukrainian += 1
            }
            if let number = Self.ranges.firstIndex(where: { $0.range.contains(scalar) }) {
                if other.isEmpty { other = [Int](repeating: 0, count: Self.ranges.count) }
                other[number] += 1
            }
        }
    }

    /// The language of a script that speaks for itself; nil for Latin letters and for next to nothing.
    var language: String? {
        // A character of Chinese or Japanese is worth a word, and programs between them are in Latin letters.
        if kana >= 2, (kana + han) * 6 >= latin { return "ja" }
        if han >= 2, han * 6 >= latin { return "zh" }
        guard let best = other.indices.max(by: { other[$0] < other[$1] }), other[best] >= 4,
            other[best] * 3 >= latin
        else { return nil }
        let language = Self.ranges[best].language
        return language == "ru" && ukrainian * 40 >= other[best] && ukrainian > 0 ? "uk" : language
    }
}
