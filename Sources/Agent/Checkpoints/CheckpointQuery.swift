/// Every statement of the checkpoints.
enum CheckpointQuery: String {
    // MARK: Names
    case deactivateSources = "UPDATE sources SET active = 0"
    case activateSource = """
        INSERT INTO sources (name) VALUES (?1)
        ON CONFLICT (name) DO UPDATE SET active = 1
        """
    case sources = "SELECT id, name FROM sources"
    case deactivateReceivers = "UPDATE receivers SET active = 0"
    case activateReceiver = """
        INSERT INTO receivers (name, hold) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET active = 1, hold = ?2
        """
    case receiver = "SELECT id FROM receivers WHERE name = ?1 AND active = 1"
    case nonce = "SELECT nonce FROM receivers WHERE id = ?1"
    case setNonce = "UPDATE receivers SET nonce = ?1 WHERE id = ?2"
    case addMissingCursors = """
        INSERT OR IGNORE INTO cursors (stream, receiver, guard, due, modified)
        SELECT s.number, r.id, ?1, 1, s.modified FROM streams s, receivers r
        WHERE r.active = 1 AND s.state <> 3 AND NOT EXISTS (SELECT 1 FROM refused
            WHERE refused.receiver = r.id AND refused.source = s.source)
        """
    case forgetRefused = "DELETE FROM refused"
    case refuse = """
        INSERT INTO refused SELECT r.id, s.id FROM receivers r, sources s
        WHERE r.name = ?1 AND s.name = ?2
        """
    case dropOtherCursors = """
        DELETE FROM cursors WHERE receiver NOT IN (SELECT id FROM receivers WHERE active = 1)
            OR EXISTS (SELECT 1 FROM refused JOIN streams s ON s.source = refused.source
                WHERE s.number = cursors.stream AND refused.receiver = cursors.receiver)
        """
    case refreshAllCursors = """
        UPDATE cursors SET due = (SELECT
            (SELECT active FROM sources WHERE id = s.source) AND
            CASE WHEN s.state = 0 OR (s.state < 3 AND s.held IS NOT NULL)
            THEN cursors.file IS NULL OR cursors.acked <> s.size OR cursors.told < s.revision
            ELSE cursors.file IS NOT NULL AND cursors.told < s.revision END
            FROM streams s WHERE s.number = cursors.stream)
        """

    // MARK: Streams
    case stream = """
        SELECT source, path, device, inode, size, modified, changed, settled, state, reason,
            previous, hashed, held, digest, revision, current, began, ended, ending, number
        FROM streams WHERE number = ?1
        """
    case streamByPath = """
        SELECT source, NULL, device, inode, size, modified, changed, settled, state, reason,
            previous, hashed, held, digest, revision, current, began, ended, ending, number
        FROM streams WHERE source = ?1 AND path = ?2 AND current = 1
        """
    case streamByKey = """
        SELECT source, path, device, inode, size, modified, changed, settled, state, reason,
            previous, hashed, held, digest, revision, current, began, ended, ending, number
        FROM streams WHERE inode = ?1 AND device = ?2 AND state < 2
        ORDER BY state, number DESC LIMIT 1
        """
    case putStream = """
        INSERT INTO streams (number, source, path, device, inode, size, modified, changed, settled,
            state, reason, previous, hashed, held, digest, revision, current, began, ended,
            ending)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20)
        ON CONFLICT (number) DO UPDATE SET source = ?2, path = ?3, device = ?4, inode = ?5,
            size = ?6, modified = ?7, changed = ?8, settled = ?9, state = ?10, reason = ?11,
            previous = ?12, hashed = ?13, held = ?14, digest = ?15, revision = ?16,
            current = ?17, began = ?18, ended = ?19, ending = ?20
        """
    case setHashed = "UPDATE streams SET hashed = ?2, digest = NULL WHERE number = ?1"
    case lastStream = "SELECT MAX(number) FROM streams"
    case currentStreams = "SELECT number FROM streams WHERE source = ?1 AND current = 1"
    case currentStreamsBelow = """
        SELECT number FROM streams
        WHERE source = ?1 AND current = 1 AND path > ?2 AND path < ?3
        """
    case streamsAtPath = "SELECT number FROM streams WHERE source = ?1 AND path = ?2"
    case heldStreams = """
        SELECT number, held, state, device, inode FROM streams WHERE held IS NOT NULL
        """
    case removeStream = "DELETE FROM streams WHERE number = ?1"
    case removeBlocks = "DELETE FROM blocks WHERE stream = ?1"
    case removeCursors = "DELETE FROM cursors WHERE stream = ?1"

    // MARK: Blocks
    case putBlock = "INSERT OR REPLACE INTO blocks (stream, place, hash) VALUES (?1, ?2, ?3)"
    case block = "SELECT hash FROM blocks WHERE stream = ?1 AND place = ?2"

    // MARK: Cursors
    case addCursors = """
        INSERT OR IGNORE INTO cursors (stream, receiver, guard, due, modified)
        SELECT ?1, id, ?2, 1, ?3 FROM receivers WHERE active = 1 AND NOT EXISTS (
            SELECT 1 FROM refused JOIN streams s ON s.source = refused.source
            WHERE s.number = ?1 AND refused.receiver = receivers.id)
        """
    case refreshCursors = """
        UPDATE cursors SET modified = ?2,
            verified = verified AND (acked = ?3 OR NOT ?5),
            closed = closed AND (acked = ?3 OR NOT ?5),
            due = CASE WHEN ?5 THEN file IS NULL OR acked <> ?3 OR told < ?4
                ELSE file IS NOT NULL AND told < ?4 END
        WHERE stream = ?1
        """
    case cursor = """
        SELECT receiver, stream, file, generation, acked, guard, told, verified, closed, due
        FROM cursors WHERE stream = ?1 AND receiver = ?2
        """
    case cursors = """
        SELECT receiver, stream, file, generation, acked, guard, told, verified, closed, due
        FROM cursors WHERE stream = ?1
        """
    case cursorByFile = """
        SELECT receiver, stream, file, generation, acked, guard, told, verified, closed, due
        FROM cursors WHERE receiver = ?1 AND file = ?2 AND generation = ?3
        """
    case cursorsByFile = """
        SELECT receiver, stream, file, generation, acked, guard, told, verified, closed, due
        FROM cursors WHERE receiver = ?1 AND file = ?2
        """
    case laterCursor = """
        SELECT 1 FROM cursors WHERE receiver = ?1 AND file = ?2 AND generation > ?3 LIMIT 1
        """
    case otherCursor = """
        SELECT 1 FROM cursors WHERE receiver = ?1 AND file = ?2 AND stream <> ?3 LIMIT 1
        """
    case putCursor = """
        UPDATE cursors SET file = ?3, generation = ?4, acked = ?5, guard = ?6, told = ?7,
            verified = ?8, closed = ?9, due = ?10
        WHERE stream = ?1 AND receiver = ?2
        """
    case openPositions = """
        SELECT file, generation, acked FROM cursors
        WHERE receiver = ?1 AND file IS NOT NULL AND closed = 0
        """
    case firstDue = """
        SELECT modified, stream FROM cursors WHERE receiver = ?1 AND due = 1
        ORDER BY modified DESC, stream DESC LIMIT ?2
        """
    case nextDue = """
        SELECT modified, stream FROM cursors WHERE receiver = ?1 AND due = 1
            AND (modified, stream) < (?2, ?3)
        ORDER BY modified DESC, stream DESC LIMIT ?4
        """
    case unverified = """
        SELECT modified, stream FROM cursors WHERE receiver = ?1 AND due = 0 AND verified = 0
            AND closed = 0 AND file IS NOT NULL
            AND modified <= ?2 AND (modified, stream) > (?3, ?4)
        ORDER BY modified, stream LIMIT ?5
        """
    case firstUnverified = """
        SELECT MIN(modified) FROM cursors WHERE receiver = ?1 AND due = 0 AND verified = 0
            AND closed = 0 AND file IS NOT NULL AND (modified, stream) > (?2, ?3)
        """

    // MARK: Held files
    case heldGone = """
        SELECT number, size,
            NOT EXISTS (SELECT 1 FROM cursors c JOIN receivers r ON r.id = c.receiver
                WHERE c.stream = streams.number AND r.hold AND (c.due OR NOT c.verified)),
            NOT EXISTS (SELECT 1 FROM cursors c
                WHERE c.stream = streams.number AND (c.file IS NULL OR c.acked < streams.size))
        FROM streams WHERE held IS NOT NULL AND state = 1 ORDER BY ended LIMIT ?1
        """
    case lastGone = """
        SELECT MAX(number) FROM (
            SELECT number FROM streams WHERE held IS NOT NULL AND state = 1
                AND source = ?1 AND path = ?2 AND current = 0 AND ending <> ?3
            UNION ALL
            SELECT number FROM streams WHERE held IS NOT NULL AND state = 2
                AND source = ?1 AND path = ?2 AND current = 0)
        """
    case firstGoneUnopened = """
        SELECT MIN(number) FROM streams s WHERE held IS NOT NULL AND state = 1
            AND source = ?1 AND path = ?2 AND current = 0 AND number < ?3
            AND EXISTS (SELECT 1 FROM cursors c
                WHERE c.stream = s.number AND c.receiver = ?4 AND c.file IS NULL)
        """
    case heldGoneTotal = """
        SELECT COUNT(*), TOTAL(size) FROM streams WHERE held IS NOT NULL AND state = 1
        """
    case copied = """
        SELECT number FROM streams WHERE held IS NOT NULL AND state = 2 AND NOT EXISTS (
            SELECT 1 FROM cursors c WHERE c.stream = streams.number AND NOT c.verified)
        LIMIT ?1
        """
    case copiedTotal = """
        SELECT COUNT(*), TOTAL(size) FROM streams WHERE held IS NOT NULL AND state = 2
        """

    // MARK: Snapshots that wait
    case putCopy = "INSERT OR REPLACE INTO copies (source, path, due) VALUES (?1, ?2, ?3)"
    case nextCopy = "SELECT source, path, due FROM copies ORDER BY due LIMIT 1"
    case removeCopy = "DELETE FROM copies WHERE source = ?1 AND path = ?2"

    // MARK: Totals
    case totals = """
        SELECT COUNT(DISTINCT CASE WHEN current THEN number END), COUNT(*) FROM streams
        """
    case pending = """
        SELECT COUNT(*), TOTAL(MAX(0, s.size - c.acked)), MIN(c.modified) FROM cursors c
        JOIN streams s ON s.number = c.stream
        WHERE c.receiver = ?1 AND c.due = 1 AND (s.state = 0 OR (s.state < 3 AND s.held IS NOT NULL))
        """
    case gaps = """
        SELECT COUNT(*), TOTAL(MAX(0, s.size - c.acked)) FROM streams s
        JOIN cursors c ON c.stream = s.number
        WHERE c.receiver = ?1 AND s.size > c.acked
            AND (s.state = 3 OR (s.state = 1 AND s.held IS NULL))
        """
}
