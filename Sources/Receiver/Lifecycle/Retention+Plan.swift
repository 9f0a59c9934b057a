import Catalog
import Core
import Settings

extension ReceiverSettings.Retention {
    /// Whether anything is ever deleted for its age.
    var isOn: Bool { archive != nil || entries != nil || tables.contains { $0.age != nil } }

    /// From when on rows are too old at a time.
    func plan(at now: WallTime) -> RetentionPlan {
        var plan = RetentionPlan()
        for (name, age) in tables + [("entries", entries)] {
            guard let age, let table = AgingTable(rawValue: name) else { continue }
            plan.cutoffs[table] = now + (.zero - age)
        }
        return plan
    }
}
