/// Reads sections by their schemas out of all files, and collects every problem on the way.
///
/// Files are layers: a table is the union of the tables of that name in all files, and for a key
/// the last file wins. Values that a later file replaces are checked all the same.
struct ConfigurationReader {
    let context: ExpansionContext
    /// Whether every file could be read; if not, what seems to be missing may stand in one that could not.
    private(set) var isComplete = true
    private(set) var origins = ConfigurationOrigins()
    private var problems: [(order: Int, problem: ConfigurationProblem)] = []
    /// The top level of each file, in the order of precedence.
    private var layers: [[TOMLEntry]] = []
    /// Where each file stands among the files, for the order of the problems.
    private var ranks: [String: Int] = [:]

    init(_ files: [ConfigurationFile], context: ExpansionContext) {
        self.context = context
        for (index, file) in files.enumerated() {
            ranks[file.name] = index
            do throws(ConfigurationProblem) {
                layers.append(try TOMLDocument(file).entries)
            } catch {
                report(error)
                isComplete = false
            }
        }
    }

    // MARK: - Problems

    mutating func report(at position: SourcePosition?, _ message: String) {
        report(ConfigurationProblem(at: position, message))
    }

    private mutating func report(_ problem: ConfigurationProblem) {
        let rank = problem.position.flatMap { ranks[$0.file] } ?? Int.max
        problems.append((rank, problem))
    }

    /// - Throws: all problems that were reported, in the order of files and lines.
    func finish() throws(ConfigurationError) {
        guard !problems.isEmpty else { return }
        let sorted = problems.sorted { a, b in
            let (p, q) = (a.problem.position, b.problem.position)
            return (a.order, p?.line ?? 0, p?.column ?? 0)
                < (b.order, q?.line ?? 0, q?.column ?? 0)
        }
        throw ConfigurationError(sorted.map(\.problem))
    }

    // MARK: - Sections

    /// Reports every table and key at the top level whose name is not among `known`.
    mutating func rejectOthers(than known: [String]) {
        for entry in layers.joined() where !known.contains(entry.key) {
            let suggestion = Suggestion.text(for: entry.key, among: known)
            let shown = TOMLText.key(entry.key)
            if case .table = entry.value {
                report(at: entry.position, "unknown table [\(shown)]" + suggestion)
            } else {
                report(
                    at: entry.position,
                    "unknown key \"\(shown)\" outside of any table" + suggestion
                )
            }
        }
    }

    /// Reads `[name]`, beginning with `initial`.
    mutating func section<Section>(
        _ schema: SectionSchema<Section>,
        initial: Section
    ) -> Section {
        var section = initial
        read(tables(named: schema.name), schema, header: schema.name, into: &section)
        return section
    }

    /// Reads every `[name.NAME]` in the order of their first appearance.
    mutating func namedSections<Section>(
        _ schema: SectionSchema<Section>,
        initial: (String) -> Section
    ) -> [Section] {
        var names: [String] = []
        var found: [String: [TOMLEntry]] = [:]
        for table in tables(named: schema.name) {
            guard case .table(let entries) = table.value else { continue }
            for entry in entries {
                if found[entry.key] == nil { names.append(entry.key) }
                found[entry.key, default: []].append(entry)
            }
        }
        var sections: [Section] = []
        for name in names {
            let occurrences = found[name] ?? []
            let header = schema.name + "." + TOMLText.key(name)
            if !SectionName.isValid(name), let first = occurrences.first {
                report(
                    at: first.position,
                    "the name in [\(header)] is impossible: a name is 1 to "
                        + "\(SectionName.maximumBytes) of a-z, 0-9, \"_\" and \"-\" and begins "
                        + "with a letter or digit"
                )
            }
            var section = initial(name)
            let tables = occurrences.filter { isTable($0, header: header) }
            if tables.isEmpty { continue }
            read(tables, schema, header: header, into: &section)
            sections.append(section)
        }
        return sections
    }

    /// The tables of that name in all files; anything else of that name is reported.
    private mutating func tables(named name: String) -> [TOMLEntry] {
        var tables: [TOMLEntry] = []
        for entry in layers.joined() where entry.key == name {
            if isTable(entry, header: name) { tables.append(entry) }
        }
        return tables
    }

    private mutating func isTable(_ entry: TOMLEntry, header: String) -> Bool {
        if case .table = entry.value { return true }
        report(
            at: entry.position,
            "expected the table [\(header)], found \(entry.value.description)"
        )
        return false
    }

    private mutating func read<Section>(
        _ tables: [TOMLEntry],
        _ schema: SectionSchema<Section>,
        header: String,
        into section: inout Section
    ) {
        origins.note(tables.first?.position, for: header)
        var given: Set<String> = []
        for table in tables {
            guard case .table(let entries) = table.value else { continue }
            for entry in entries {
                given.insert(entry.key)
                read(entry, schema, header: header, into: &section)
            }
        }
        guard isComplete, let first = tables.first else { return }
        for key in schema.keys where key.isRequired && !given.contains(key.name) {
            report(
                at: first.position,
                "the key \"\(key.name)\" is missing in [\(header)]; expected \(key.expected)"
            )
        }
    }

    private mutating func read<Section>(
        _ entry: TOMLEntry,
        _ schema: SectionSchema<Section>,
        header: String,
        into section: inout Section
    ) {
        guard let key = schema.keys.first(where: { $0.name == entry.key }) else {
            let suggestion = Suggestion.text(for: entry.key, among: schema.keys.map(\.name))
            report(
                at: entry.position,
                "unknown key \(TOMLText.quoted(entry.key)) in [\(header)]" + suggestion
            )
            return
        }
        do throws(ValueMismatch) {
            try key.read(entry.value, context, &section)
        } catch {
            let reason = error.reason.map { " (\($0))" } ?? ""
            report(
                at: entry.position,
                "\"\(key.name)\" in [\(header)]: expected \(key.expected), "
                    + "found \(entry.value.description)\(reason)"
            )
        }
        origins.note(entry.position, for: header + "." + key.name)
    }
}
