// swift-tools-version: 6.2
import PackageDescription

/// The rooms are the product's own sources (symbolic links), built here with the sanitizers: libFuzzer needs
/// its instrumentation inside of them, and `package` access needs them in the same package as the targets.
let sanitized: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"]),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: sanitized)
}

let fuzzers = ["FuzzFrames", "FuzzBatch"]
let transcriptFuzzers = ["FuzzJSON", "FuzzLines", "FuzzReader", "FuzzDocument", "FuzzAnalyser"]

let package = Package(
    name: "tailship-fuzzing",
    products: (fuzzers + transcriptFuzzers).map {
        .library(name: $0, type: .static, targets: [$0])
    },
    targets: [
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .target(name: "CJSON", cxxSettings: [.unsafeFlags(["-fno-rtti", "-fsanitize=address"])]),
        room("Core", ["CXXHash"]),
        room("Transcripts", ["Core", "CJSON"]),
        room("Wire", ["Core", "CLZ4"]),
    ] + fuzzers.map { room($0, ["Core", "Wire"]) }
        + transcriptFuzzers.map { room($0, ["Core", "Transcripts"]) },
    cxxLanguageStandard: .cxx17
)
