extension ReceiverSettings {
    /// Reads `receiver.conf` and its drop-ins.
    ///
    /// The files are in the order of precedence: what a later one sets replaces what an earlier one
    /// set. None at all is a configuration too.
    ///
    /// - Throws: every problem of all files.
    package static func load(
        _ files: [ConfigurationFile],
        context: ExpansionContext
    ) throws(ConfigurationError) -> LoadedConfiguration<ReceiverSettings> {
        var reader = ConfigurationReader(files, context: context)
        reader.rejectOthers(than: [
            Listen.schema.name, Storage.schema.name, Security.schema.name, Limits.schema.name,
            Reports.schema.name, Prices.schema.name, Log.schema.name, Retention.schema.name,
            Checkpoints.schema.name, Alerts.schema.name, Command.schema.name,
            ConsumerSettings.schema.name,
        ])
        var settings = ReceiverSettings()
        settings.listen = reader.section(Listen.schema, initial: settings.listen)
        settings.storage = reader.section(Storage.schema, initial: settings.storage)
        settings.security = reader.section(Security.schema, initial: settings.security)
        settings.limits = reader.section(Limits.schema, initial: settings.limits)
        settings.reports = reader.section(Reports.schema, initial: settings.reports)
        settings.prices = reader.section(Prices.schema, initial: settings.prices)
        settings.log = reader.section(Log.schema, initial: settings.log)
        settings.retention = reader.section(Retention.schema, initial: settings.retention)
        settings.checkpoints = reader.section(Checkpoints.schema, initial: settings.checkpoints)
        settings.alerts = reader.section(Alerts.schema, initial: settings.alerts)
        settings.commands = reader.namedSections(Command.schema) { Command(name: $0) }
        settings.consumers = reader.namedSections(ConsumerSettings.schema) {
            ConsumerSettings(name: $0)
        }
        settings.checkListen(&reader)
        for consumer in settings.consumers { consumer.check(&reader) }
        for command in settings.commands { command.check(&reader) }
        settings.checkWeb(&reader)
        settings.checkStorage(&reader)
        settings.checkSecurity(&reader)
        settings.checkRetention(&reader)
        try reader.finish()
        return LoadedConfiguration(settings, reader.origins)
    }

    private func checkListen(_ reader: inout ConfigurationReader) {
        let (agents, web) = (listen.agents, listen.web)
        guard reader.isSound("listen"), agents.port == web.port, agents.port != 0,
            agents.host == web.host || agents.isWildcard || web.isWildcard
        else { return }
        reader.report(
            at: reader.origins["listen.web"] ?? reader.origins["listen.agents"],
            "\"web\" in [listen] is \(web), which is taken by \"agents\" (\(agents)); "
                + "give it another port"
        )
    }

    /// Only this machine may see the page without TLS, or without a login.
    private func checkWeb(_ reader: inout ConfigurationReader) {
        guard reader.isSound("listen") else { return }
        let position = reader.origins["listen.web"]
        if !listen.web.isLoopback, !listen.isWebSecure {
            reader.report(
                at: position,
                "\"web\" in [listen] is \(listen.web), which other machines can reach; expected "
                    + "\"web_https\" = true as well, or a loopback address"
            )
        }
        if !listen.web.isLoopback, listen.webOpen {
            reader.report(
                at: reader.origins["listen.web_open"],
                "\"web_open\" in [listen] is true and \"web\" is \(listen.web), which other "
                    + "machines can reach; expected a loopback address, or a login"
            )
        }
        if (listen.webCertificate == nil) != (listen.webKey == nil) {
            let missing = listen.webKey == nil ? "web_key" : "web_certificate"
            reader.report(
                at: reader.origins["listen.web_certificate"] ?? reader.origins["listen.web_key"],
                "[listen]: a certificate of your own needs \"\(missing)\" as well"
            )
        }
    }

    private func checkStorage(_ reader: inout ConfigurationReader) {
        guard reader.isSound("storage"), storage.journalLimit < 2 * storage.journalSegment else {
            return
        }
        reader.report(
            at: reader.origins["storage.journal_limit"]
                ?? reader.origins["storage.journal_segment"],
            "\"journal_limit\" in [storage] is \(ByteSize.text(storage.journalLimit)); expected "
                + "at least two segments (\(ByteSize.text(2 * storage.journalSegment)))"
        )
    }

    private func checkSecurity(_ reader: inout ConfigurationReader) {
        guard reader.isSound("security") else { return }
        if security.renewBefore >= security.certificateValidity {
            reader.report(
                at: reader.origins["security.renew_before"]
                    ?? reader.origins["security.certificate_validity"],
                "\"renew_before\" in [security] is \(DurationText.text(security.renewBefore)); "
                    + "expected less than \"certificate_validity\" "
                    + "(\(DurationText.text(security.certificateValidity)))"
            )
        }
        reader.checkCertificates(
            [security.certificate, security.key, security.authority],
            header: "security"
        )
    }
}

extension LoadedConfiguration<ReceiverSettings> {
    /// The configuration as TOML that reads back to the same settings, with the origin of each value.
    package var effectiveText: String {
        var text = EffectiveConfiguration(origins)
        text.append(settings.listen, ReceiverSettings.Listen.schema, header: "listen")
        text.append(settings.storage, ReceiverSettings.Storage.schema, header: "storage")
        text.append(settings.security, ReceiverSettings.Security.schema, header: "security")
        text.append(settings.limits, ReceiverSettings.Limits.schema, header: "limits")
        text.append(settings.reports, ReceiverSettings.Reports.schema, header: "reports")
        text.append(settings.prices, ReceiverSettings.Prices.schema, header: "prices")
        text.append(settings.log, ReceiverSettings.Log.schema, header: "log")
        text.append(settings.retention, ReceiverSettings.Retention.schema, header: "retention")
        text.append(
            settings.checkpoints,
            ReceiverSettings.Checkpoints.schema,
            header: "checkpoints"
        )
        text.append(settings.alerts, ReceiverSettings.Alerts.schema, header: "alerts")
        for command in settings.commands {
            text.append(
                command,
                ReceiverSettings.Command.schema,
                header: "command." + command.name
            )
        }
        for consumer in settings.consumers {
            text.append(consumer, ConsumerSettings.schema, header: "consumer." + consumer.name)
        }
        return text.text
    }
}
