import Core
import Journal

/// What was found when an archive was opened.
package struct ArchiveRecovery: Sendable {
    /// Ranges of the manifest without a valid record although records follow.
    package internal(set) var damage: [DamagedRange] = []
    /// Bytes of a bad end of the manifest that were cut.
    package internal(set) var cutBytes: UInt64 = 0
    /// Where a manifest without any valid record was moved to; nil when there was none.
    package internal(set) var setAside: BytePath?
    /// Records whose checksum is right and whose content is not understood, or names what is unknown.
    package internal(set) var unusableRecords = 0
    /// Generations of which the object holds less than the manifest says.
    package internal(set) var short: [ObjectDamage] = []
}
