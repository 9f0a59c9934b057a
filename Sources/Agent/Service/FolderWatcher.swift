import Core
import Platform

/// What a watcher saw.
protocol FolderWatcherDelegate: AnyObject {
    /// Something happened at a path below the source's root; the empty path is the root itself.
    func changed(_ source: String, _ path: BytePath)
    /// Notifications were lost, or there are none: look at the whole source.
    func mustScan(_ source: String)
}

/// Watches the folders of the sources with inotify, and looks itself where that cannot see.
///
/// It watches folders, not files, so that 20,000 files in 40 folders cost 40 watches. It belongs to the
/// loop's thread.
final class FolderWatcher {
    private struct Watch {
        var source: String
        /// Absolute.
        var folder: BytePath
        /// Below the source's root; nil for a folder above it that is watched until the root appears.
        var relative: BytePath?
    }

    private let inotify: Inotify
    private let loop: EventLoop
    private let roots: [String: BytePath]
    private let pollInterval: Duration
    private var watches: [Int32: Watch] = [:]
    private var eventSource: EventSource?
    private var polled: Set<String> = []
    private var pollTimer: Timer?
    weak var delegate: (any FolderWatcherDelegate)?
    /// Why sources are looked at every few seconds instead of being watched.
    private(set) var pollReasons: [String: String] = [:]

    init(
        loop: EventLoop,
        roots: [String: BytePath],
        pollInterval: Duration
    ) throws(SystemError) {
        self.loop = loop
        self.roots = roots
        self.pollInterval = pollInterval
        inotify = try Inotify()
        eventSource = try loop.add(inotify.descriptor, interest: .readable) { [weak self] _ in
            self?.readEvents()
        }
    }

    deinit { eventSource?.cancel() }

    var count: Int { watches.count }

    /// The folder is about to be listed: from now on nothing in it goes unseen.
    func watch(_ folder: BytePath, of source: String) {
        guard let root = roots[source], !polled.contains(source) else { return }
        if isRemote(root) {
            return poll(source, because: "it is on a network file system")
        }
        let relative = folder == root ? BytePath([]) : folder.relative(to: root)
        do throws(SystemError) {
            try add(folder, Watch(source: source, folder: folder, relative: relative))
        } catch {
            if error.isWatchLimit {
                poll(
                    source,
                    because: "the limit of watches is reached (fs.inotify.max_user_watches)"
                )
            } else if error.isNotFound, folder == root {
                watchAbove(root, source)
            }
        }
    }

    private func add(_ folder: BytePath, _ watch: Watch) throws(SystemError) {
        let number = try inotify.addWatch(folder)
        watches[number] = watch
    }

    /// The root does not exist yet: the nearest folder above it is watched until it does.
    private func watchAbove(_ root: BytePath, _ source: String) {
        var folder = root.parent
        while !folder.isEmpty {
            do throws(SystemError) {
                try add(folder, Watch(source: source, folder: folder, relative: nil))
                return
            } catch {
                guard error.isNotFound, folder != "/" else {
                    return poll(source, because: "its folder does not exist")
                }
                folder = folder.parent
            }
        }
    }

    private func isRemote(_ path: BytePath) -> Bool {
        do throws(SystemError) {
            return try Host.fileSystemType(path).isRemote
        } catch {
            return false
        }
    }

    // MARK: Events

    private func readEvents() {
        var changes: [(String, BytePath)] = []
        var seen: Set<BytePath> = []
        var scans: Set<String> = []
        do throws(SystemError) {
            try inotify.read { event in
                note(event, &changes, &seen, &scans)
            }
        } catch {
            Log.error("cannot read notifications: \(error)")
            scans.formUnion(roots.keys)
        }
        for (source, path) in changes where !scans.contains(source) {
            delegate?.changed(source, path)
        }
        for source in scans { delegate?.mustScan(source) }
    }

    private func note(
        _ event: Inotify.Event,
        _ changes: inout [(String, BytePath)],
        _ seen: inout Set<BytePath>,
        _ scans: inout Set<String>
    ) {
        if event.mask.contains(.overflow) {
            Log.notice("notifications were lost; all sources are looked at again")
            return scans.formUnion(roots.keys)
        }
        guard let watch = watches[event.watch] else { return }
        if event.mask.contains(.ignored) {
            watches[event.watch] = nil
            return
        }
        guard let relative = watch.relative else {
            // Something came to be above the root: perhaps the root.
            scans.insert(watch.source)
            return
        }
        if event.mask.contains(.isDirectory), event.mask.contains(.movedFrom) {
            forget(below: watch.folder.appending(event.name), of: watch.source)
        }
        let isOfFolder = !event.mask.isDisjoint(with: [.selfDeleted, .selfMoved, .unmounted])
        let path = isOfFolder ? relative : relative.appending(event.name)
        let key = BytePath(Array(watch.source.utf8) + [0] + path.bytes)
        if seen.insert(key).inserted { changes.append((watch.source, path)) }
    }

    /// The folder was moved away: its watches would tell of paths that are no more.
    private func forget(below folder: BytePath, of source: String) {
        for (number, watch) in watches where watch.source == source {
            guard watch.folder == folder || watch.folder.relative(to: folder) != nil else {
                continue
            }
            inotify.removeWatch(number)
            watches[number] = nil
        }
    }

    // MARK: Polling

    private func poll(_ source: String, because reason: String) {
        guard polled.insert(source).inserted else { return }
        pollReasons[source] = reason
        Log.warning(
            "source \(source) is looked at every \(pollInterval.milliseconds) ms: \(reason)"
        )
        planPoll()
    }

    private func planPoll() {
        guard pollTimer == nil else { return }
        pollTimer = loop.schedule(after: pollInterval) { [weak self] in
            guard let self else { return }
            self.pollTimer = nil
            for source in self.polled { self.delegate?.mustScan(source) }
            self.planPoll()
        }
    }
}
