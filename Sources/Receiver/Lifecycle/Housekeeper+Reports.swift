import Catalog
import Core
import Platform

extension Housekeeper.Reports {
    /// Reports that stand in the registry.
    init(_ clerk: Clerk) {
        erased = { names, summary in
            clerk.order { registry in
                Hub.attempt("note an erasure") { () throws(OperatorError) in
                    try registry.erased(names, summary, at: Clock.wall())
                }
            }
        }
        retired = { plan, summary in
            clerk.order { registry in
                Hub.attempt("note what was retired") { () throws(OperatorError) in
                    try registry.retired(plan.cutoffs, summary, at: Clock.wall())
                }
            }
        }
    }
}
