import Core
import Platform
import Web

/// The registry as a command uses it, on its one thread.
///
/// Unchecked because a command has one thread only.
final class RegistryDesk: AccessKeeper, @unchecked Sendable {
    private let registry: Registry

    init(_ registry: Registry) { self.registry = registry }

    func records() throws(OperatorError) -> [AccessRecord] { try registry.accessRecords() }

    func keep(_ record: AccessRecord, audit: String) throws(OperatorError) {
        try registry.keep(record, audit: audit, at: Clock.wall())
    }

    func remove(_ id: String, audit: String) throws(OperatorError) {
        try registry.removeAccess(id, audit: audit, at: Clock.wall())
    }
}
