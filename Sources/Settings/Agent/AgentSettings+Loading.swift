import Core

extension AgentSettings {
    /// Reads `agent.conf` and its drop-ins.
    ///
    /// The files are in the order of precedence: what a later one sets replaces what an earlier one
    /// set. None at all is a configuration too.
    /// The state folder that the command line gives (`--state`) wins over all of them.
    ///
    /// - Throws: every problem of all files.
    package static func load(
        _ files: [ConfigurationFile],
        context: ExpansionContext,
        defaults: Defaults,
        stateDirectory: BytePath? = nil
    ) throws(ConfigurationError) -> LoadedConfiguration<AgentSettings> {
        var reader = ConfigurationReader(files, context: context)
        reader.rejectOthers(than: [
            schema.name, ReceiverEndpoint.schema.name, SourceSettings.schema.name,
        ])
        var settings = reader.section(schema, initial: AgentSettings(defaults))
        if let stateDirectory { settings.stateDirectory = stateDirectory }
        if settings.controlSocket.isEmpty {
            settings.controlSocket = settings.stateDirectory.appending("agent.sock")
        }
        settings.checkControlSocket(&reader)
        settings.receivers = reader.namedSections(ReceiverEndpoint.schema) {
            ReceiverEndpoint(name: $0)
        }
        settings.sources = reader.namedSections(SourceSettings.schema) { SourceSettings(name: $0) }
        settings.resolveSources(&reader)
        for receiver in settings.receivers { settings.check(receiver, &reader) }
        try reader.finish()
        return LoadedConfiguration(
            settings,
            reader.origins,
            replaced: stateDirectory == nil ? [:] : ["state_directory": "--state"]
        )
    }

    /// The address of a Unix socket has room for 107 bytes (`sockaddr_un`).
    private func checkControlSocket(_ reader: inout ConfigurationReader) {
        guard controlSocket.bytes.count > 107 else { return }
        reader.report(
            at: reader.origins["agent.control_socket"] ?? reader.origins["agent.state_directory"],
            "\"control_socket\" in [agent]: expected a path of at most 107 bytes, "
                + "found \(controlSocket); set a shorter one"
        )
    }

    // MARK: - Sources

    private mutating func resolveSources(_ reader: inout ConfigurationReader) {
        let configured = sources
        sources = []
        for source in configured { add(source, &reader) }
        for preset in SourcePreset.allCases { addUnlessConfigured(preset, &reader) }
        reportTwins(&reader)
        guard sources.count > Limits.sources else { return }
        reader.report(
            at: reader.origins["source." + sources[Limits.sources].name],
            "there are \(sources.count) sources; at most \(Limits.sources) are possible"
        )
    }

    /// Every preset is a source even if no file names it, unless one does for the same folder.
    private mutating func addUnlessConfigured(
        _ preset: SourcePreset,
        _ reader: inout ConfigurationReader
    ) {
        guard !sources.contains(where: { $0.name == preset.rawValue }) else { return }
        let others = sources.filter { $0.preset == preset }
        // A variable that is wrong does not matter to someone who gave the folder.
        if !others.isEmpty {
            guard let root = try? preset.root(reader.context),
                !others.contains(where: { $0.root == root })
            else { return }
        }
        add(SourceSettings(name: preset.rawValue), &reader)
    }

    private mutating func add(
        _ configured: SourceSettings,
        _ reader: inout ConfigurationReader
    ) {
        var source = configured
        let header = "source." + source.name
        do throws(ValueMismatch) {
            try source.resolve(reader.context)
            let definition = try source.definition()
            if source.enabled { definitions.append(definition) }
        } catch  where reader.isSound(header) {
            let position = error.key.flatMap { reader.origins[header + "." + $0] }
            reader.report(
                at: position ?? reader.origins[header],
                "[\(header)]: \(error.reason ?? "")"
            )
        } catch {
            // What is wrong with its keys was reported already.
        }
        sources.append(source)
    }

    /// Two sources of one preset in one folder would ship every file twice.
    private func reportTwins(_ reader: inout ConfigurationReader) {
        for (index, source) in sources.enumerated() where source.enabled {
            guard let preset = source.preset, let root = source.root,
                let twin = sources[..<index].first(where: {
                    $0.enabled && $0.preset == preset && $0.root == root
                })
            else { continue }
            reader.report(
                at: reader.origins["source." + source.name],
                "[source.\(source.name)] and [source.\(twin.name)] ship the same files of \(root); "
                    + "remove one, or give it another \"root\""
            )
        }
    }

    // MARK: - Receivers

    private func check(_ receiver: ReceiverEndpoint, _ reader: inout ConfigurationReader) {
        let header = "receiver." + receiver.name
        guard reader.isSound(header) else { return }
        if !receiver.only.isEmpty, !receiver.except.isEmpty {
            reader.report(
                at: reader.origins[header + ".except"],
                "[\(header)] has both \"only\" and \"except\"; one of them says it all"
            )
        }
        reader.checkCertificates(
            [receiver.certificate, receiver.key, receiver.authority],
            header: header
        )
        let names = sources.map(\.name)
        for (key, listed) in [("only", receiver.only), ("except", receiver.except)] {
            for name in listed where !names.contains(name) {
                reader.report(
                    at: reader.origins[header + "." + key],
                    "\"\(key)\" in [\(header)] names the source \(TOMLText.quoted(name)), "
                        + "which there is not" + Suggestion.text(for: name, among: names)
                )
            }
        }
    }
}

extension LoadedConfiguration<AgentSettings> {
    /// The configuration as TOML that reads back to the same settings, with the origin of each value.
    package var effectiveText: String {
        var text = EffectiveConfiguration(origins)
        text.append(settings, AgentSettings.schema, header: "agent", replaced: replaced)
        for receiver in settings.receivers {
            text.append(receiver, ReceiverEndpoint.schema, header: "receiver.\(receiver.name)")
        }
        for source in settings.sources {
            text.append(source, SourceSettings.schema, header: "source.\(source.name)")
        }
        return text.text
    }
}
