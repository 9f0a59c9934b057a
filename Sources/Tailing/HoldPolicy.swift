/// Which held bytes are let go.
///
/// A link to a file that still has its own name costs nothing, so only streams whose name is gone count.
package struct HoldPolicy: Hashable, Sendable {
    /// Bytes that gone files may keep on the disk.
    package var limit: UInt64

    package init(limit: UInt64) { self.limit = limit }

    /// A stream whose bytes only the state folder still reaches.
    package struct Candidate: Hashable, Sendable {
        package var number: StreamNumber
        /// Bytes.
        package var size: UInt64
        /// Whether every receiver that asks for holding has verified it.
        package var verified: Bool
        /// Whether every receiver has acknowledged all of it.
        package var acknowledged: Bool

        package init(number: StreamNumber, size: UInt64, verified: Bool, acknowledged: Bool) {
            self.number = number
            self.size = size
            self.verified = verified
            self.acknowledged = acknowledged
        }
    }

    /// Why held bytes are let go.
    package enum Release: Hashable, Sendable {
        case verified(StreamNumber)
        /// Over the limit: acknowledged, though not yet verified.
        case unverified(StreamNumber)
        /// Over the limit and not shipped: these bytes are a gap.
        case unshipped(StreamNumber)
    }

    /// What to let go of `candidates`, the longest gone first.
    ///
    /// `held` is the bytes of all gone streams together, of which the candidates are a part.
    package func releases(_ candidates: [Candidate], held: UInt64) -> [Release] {
        var held = held
        var releases: [Release] = []
        for candidate in candidates where candidate.verified {
            releases.append(.verified(candidate.number))
            held -= min(held, candidate.size)
        }
        for acknowledged in [true, false] {
            for candidate in candidates
            where !candidate.verified && candidate.acknowledged == acknowledged {
                guard held > limit else { return releases }
                releases.append(
                    acknowledged ? .unverified(candidate.number) : .unshipped(candidate.number)
                )
                held -= min(held, candidate.size)
            }
        }
        return releases
    }
}
