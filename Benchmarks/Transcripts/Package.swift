// swift-tools-version: 6.2
import PackageDescription

/// The rooms are the product's own sources (symbolic links): `package` access needs them in one package.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "transcripts-bench",
    targets: [
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .target(
            name: "CJSON",
            cxxSettings: [.unsafeFlags(["-fno-rtti"])],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),
        .target(name: "Core", dependencies: ["CXXHash"], swiftSettings: house),
        .target(name: "Transcripts", dependencies: ["Core", "CJSON"], swiftSettings: house),
        .executableTarget(
            name: "transcripts-bench",
            dependencies: ["Core", "Transcripts"],
            swiftSettings: house
        ),
    ],
    cxxLanguageStandard: .cxx17
)
