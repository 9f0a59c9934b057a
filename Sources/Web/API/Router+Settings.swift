import Core

/// Budgets, alerts, and what holds now.
extension Router {
    static var settingsRoutes: [Route] {
        [
            .get("/api/settings", .viewerAggregate, [], .live, settings),
            .change("PUT", "/api/settings/budgets", .admin) { context, json throws(APIError) in
                let body = try RequestBody(context.request)
                guard let list = body.members["budgets"]?.list else {
                    throw .usage("budgets is missing: the whole list")
                }
                try SettingsBook(context.site).setBudgets(list, by: context.identity.name)
                try settings(context, &json)
            },
            .change("PUT", "/api/settings/alerts", .admin) { context, json throws(APIError) in
                let body = try RequestBody(context.request)
                guard let list = body.members["alerts"]?.list else {
                    throw .usage("alerts is missing: the whole list")
                }
                try SettingsBook(context.site).setAlerts(list, by: context.identity.name)
                context.site.alerts.wake()
                try settings(context, &json)
            },
            .get("/api/alerts", .viewerAggregate, [], .live) { context, json throws(APIError) in
                let alerts = try AlertBoard(context).alerts()
                json.array("alerts") { json in
                    for alert in alerts { json.object { alert.write(&$0) } }
                }
            },
        ]
    }

    private static func settings(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let book = SettingsBook(context.site)
        let isAdmin = context.identity.role == .admin
        let budgets = try book.budgets().filter { context.maySee($0.scope) }
        let alerts = try book.alerts().filter { context.maySee($0.scope) }
        json.array("budgets") { json in
            for budget in budgets { json.object { budget.write(&$0) } }
        }
        json.array("alerts") { json in
            for alert in alerts { json.object { alert.write(withTarget: isAdmin, &$0) } }
        }
        json.array("commands") { json in
            guard isAdmin else { return }
            for name in context.site.seams.alerts.commands { json.string(nil, name) }
        }
        json.array("kinds") { json in
            for kind in AlertRule.Kind.allCases { json.string(nil, kind.rawValue) }
        }
        json.string(
            "configuration",
            isAdmin ? context.site.seams.receiver.configuration : nil
        )
    }
}
