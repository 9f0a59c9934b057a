import Core
import Glibc

extension Inotify {
    /// What happened to a watched folder or to a name in it.
    package struct Event: Sendable, Hashable {
        /// What `addWatch` returned; -1 with `overflow`.
        package var watch: Int32
        /// What happened.
        package var mask: Mask
        /// Joins the two halves of a rename; 0 otherwise.
        package var cookie: UInt32
        /// The name in the folder; empty when the folder itself is meant.
        package var name: BytePath

        /// An event with all its parts.
        package init(watch: Int32, mask: Mask, cookie: UInt32 = 0, name: BytePath = "") {
            self.watch = watch
            self.mask = mask
            self.cookie = cookie
            self.name = name
        }
    }

    /// The bits of inotify(7).
    package struct Mask: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Bytes were written, or the file was truncated.
        package static let modified = Mask(rawValue: UInt32(IN_MODIFY))
        /// Times, mode, owner or the number of links changed.
        package static let attributes = Mask(rawValue: UInt32(IN_ATTRIB))
        /// A file that was open for writing was closed.
        package static let closedWrite = Mask(rawValue: UInt32(IN_CLOSE_WRITE))
        /// A name was renamed away.
        package static let movedFrom = Mask(rawValue: UInt32(IN_MOVED_FROM))
        /// A name was renamed to here.
        package static let movedTo = Mask(rawValue: UInt32(IN_MOVED_TO))
        /// A name was made.
        package static let created = Mask(rawValue: UInt32(IN_CREATE))
        /// A name was removed.
        package static let deleted = Mask(rawValue: UInt32(IN_DELETE))
        /// The watched folder was removed.
        package static let selfDeleted = Mask(rawValue: UInt32(IN_DELETE_SELF))
        /// The watched folder was renamed.
        package static let selfMoved = Mask(rawValue: UInt32(IN_MOVE_SELF))

        /// Told unasked: the watched file system was unmounted.
        package static let unmounted = Mask(rawValue: UInt32(IN_UNMOUNT))
        /// Told unasked: events were lost, look at everything.
        package static let overflow = Mask(rawValue: UInt32(IN_Q_OVERFLOW))
        /// Told unasked: the watch is gone, its number may be given again.
        package static let ignored = Mask(rawValue: UInt32(IN_IGNORED))
        /// Told unasked: what it happened to is a folder.
        package static let isDirectory = Mask(rawValue: UInt32(bitPattern: Int32(IN_ISDIR)))

        /// Whatever shows that bytes or names in a folder changed.
        package static let folder: Mask = [
            .modified, .attributes, .movedFrom, .movedTo, .created, .deleted, .selfDeleted,
            .selfMoved,
        ]
    }
}
