/// The protocol's versions that this build speaks, and its names in TLS.
package enum ProtocolVersion {
    package static let supported: ClosedRange<UInt16> = 1...1

    /// The highest version that both sides speak; nil when there is none.
    package static func negotiate(_ offered: ClosedRange<UInt16>) -> UInt16? {
        let highest = min(offered.upperBound, supported.upperBound)
        return highest >= max(offered.lowerBound, supported.lowerBound) ? highest : nil
    }

    /// The application protocol (ALPN) of shipping; both sides are authenticated.
    package static let shipping = "tailship/1"
    /// The application protocol of enrolment; only the receiver is authenticated.
    package static let joining = "tailship-join/1"
    /// The default TCP port.
    package static let port: UInt16 = 7625
}
