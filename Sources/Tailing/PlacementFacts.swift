/// Facts about a remembered stream that only a further look can tell.
package struct PlacementFacts: Hashable, Sendable {
    /// Whether the other stream's own path still shows it.
    package var otherStillInPlace: Bool
    /// Whether the held link of the other stream is the file that was seen.
    package var otherHoldsIt: Bool
    /// Whether the held link of the stream of this path is the file that was seen.
    package var heldHereIsSeen: Bool
    /// Whether the held link shows that the stream of this path was written to after the last look.
    package var displacedChanged: Bool
    /// Whether the file that was displaced from the path has a name besides the held link; nil when no
    /// held link is there to tell.
    package var displacedHasName: Bool?

    package init(
        otherStillInPlace: Bool = false,
        otherHoldsIt: Bool = false,
        heldHereIsSeen: Bool = false,
        displacedChanged: Bool = false,
        displacedHasName: Bool? = nil
    ) {
        self.otherStillInPlace = otherStillInPlace
        self.otherHoldsIt = otherHoldsIt
        self.heldHereIsSeen = heldHereIsSeen
        self.displacedChanged = displacedChanged
        self.displacedHasName = displacedHasName
    }
}
