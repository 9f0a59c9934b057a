import Core
import Testing

/// Columns of a terminal.
struct DisplayWidthTests {
    @Test(
        "A text takes as many columns as a terminal shows",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("模型", 4), ("한국", 4), ("ｱ", 1),
            ("🚀", 2), ("👩‍💻", 2), ("❤️", 2), ("–…█", 3), ("\u{200b}", 0), ("Ａ", 2),
        ]
    )
    func width(_ text: String, _ columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test("What is cut off is told, and never half a wide character is left")
    func cut() {
        #expect(DisplayWidth.cut("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.cut("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.cut("模型模型", to: 4) == "模…")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
        for width in 1..<9 {
            #expect(DisplayWidth.of(DisplayWidth.cut("a模b型c模d", to: width)) <= width)
        }
    }

    @Test("A table stands in columns, numbers at the right")
    func table() {
        var table = TextTable(columns: [
            TextTable.Column("NAME"), TextTable.Column("N", isNumber: true), TextTable.Column("X"),
        ])
        table.add(["模型", "5", "a"])
        table.add(["b", "1000"])
        #expect(table.text == "NAME     N  X\n模型     5  a\nb     1000\n")
    }

    @Test("Where room is short, columns narrow and then go, the spare ones first")
    func narrow() {
        var table = TextTable(columns: [
            TextTable.Column("ID"), TextTable.Column("SPARE", spare: 1),
            TextTable.Column("SPARER", spare: 2), TextTable.Column("TITLE", least: 6),
        ])
        table.add(["1", "abcde", "abcdef", "a long title of it"])
        #expect(table.lines(width: 40)[1] == "1   abcde  abcdef  a long title of it")
        #expect(table.lines(width: 30)[1] == "1   abcde  abcdef  a long tit…")
        #expect(table.lines(width: 22)[1] == "1   abcde  a long tit…")
        #expect(table.lines(width: 14)[1] == "1   a long ti…")
        #expect(table.lines(width: 3)[1] == "1   a lon…")
    }

    @Test("Control characters in cells are shown, not obeyed")
    func controls() {
        var table = TextTable(["A"])
        table.add(["x\u{1b}[2Jy\nz\u{202e}"])
        #expect(table.text == "A\nx?[2Jy?z?\n")
    }
}
