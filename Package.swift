// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built the same way: Swift 6 mode, no warnings, explicit existentials.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: dependencies,
        path: "Tests/\(name)",
        // Servers that tests start.
        exclude: name == "Receiver" ? ["Fanout/StandIns"] : [],
        swiftSettings: house
    )
}

let package = Package(
    name: "tailship",
    products: [
        .executable(name: "tailship-agent", targets: ["tailship-agent"]),
        .executable(name: "tailship-receiver", targets: ["tailship-receiver"]),
    ],
    targets: [
        // C surface
        .target(name: "CLinux"),
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "libssl libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CPostgres"),
        .systemLibrary(name: "CMongo"),
        .systemLibrary(
            name: "CMicrohttpd",
            pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "CJSON",
            cxxSettings: [.unsafeFlags(["-fno-rtti"])],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),
        .target(name: "CTOML", cxxSettings: [.unsafeFlags(["-fno-rtti"])]),

        // 0
        room("Core", ["CXXHash"]),
        // 1
        room("Wire", ["Core", "CLZ4"]),
        room("Settings", ["Core", "CTOML"]),
        room("Transcripts", ["Core", "CJSON"]),
        // 2
        room("Shipping", ["Core", "Wire"]),
        room("Tailing", ["Core"]),
        room("Delivery", ["Core"]),
        // 3
        room("Platform", ["Core", "CLinux"]),
        room("TLS", ["Core", "COpenSSL"]),
        room("SQL", ["Core", "CSQLite"]),
        // 4
        room("Journal", ["Core", "Wire", "Platform"]),
        room("Archive", ["Core", "Wire", "Platform", "TLS", "Journal"]),
        room("Transport", ["Core", "Wire", "Platform", "TLS"]),
        room("Catalog", ["Core", "Platform", "TLS", "SQL", "Transcripts", "CZstd"]),
        room(
            "Backends",
            [
                "Core", "Settings", "Delivery", "Platform", "TLS", "SQL", "Catalog", "CCurl",
                "CPostgres", "CMongo", "CZstd", "Transcripts",
            ]
        ),
        // 5
        room(
            "Web",
            [
                "Core", "Platform", "TLS", "SQL", "Catalog", "Archive", "Settings", "Transcripts",
                "CMicrohttpd", "CZlib",
            ]
        ),
        room(
            "Agent",
            [
                "Core", "Wire", "Settings", "Shipping", "Tailing", "Platform", "TLS", "SQL",
                "Transport",
            ]
        ),
        room(
            "Receiver",
            [
                "Core", "Wire", "Settings", "Shipping", "Platform", "TLS", "SQL", "Journal",
                "Archive", "Transport", "Transcripts", "Catalog", "Web", "CZstd", "Delivery",
                "Backends",
            ]
        ),
        // 6
        .executableTarget(
            name: "tailship-agent",
            dependencies: ["Agent", "Settings", "Platform", "Core"],
            swiftSettings: house
        ),
        .executableTarget(
            name: "tailship-receiver",
            dependencies: ["Receiver", "Settings", "Platform", "Core"],
            swiftSettings: house
        ),

        // What the benchmarks measure inside of a process; in no package
        .executableTarget(
            name: "tailship-probe",
            dependencies: ["Core", "Platform", "SQL", "Transcripts", "Catalog"],
            path: "Benchmarks/Probe",
            swiftSettings: house
        ),

        // Tests: one target a room, beside what they share
        .target(
            name: "TestSupport",
            dependencies: ["Core", "Platform"],
            path: "Tests/Support",
            swiftSettings: house
        ),
        .target(
            name: "CatalogSupport",
            dependencies: ["Core", "SQL"],
            path: "Tests/CatalogSupport",
            swiftSettings: house
        ),
        tests("Core", ["Core"]),
        tests("Wire", ["Core", "Wire", "TestSupport"]),
        tests("Transcripts", ["Core", "Transcripts", "TestSupport"]),
        tests(
            "Catalog",
            [
                "Core", "Platform", "TLS", "SQL", "Transcripts", "Catalog", "TestSupport",
                "CatalogSupport",
            ]
        ),
        tests("Settings", ["Core", "Settings", "TestSupport"]),
        tests("Shipping", ["Core", "Wire", "Shipping", "TestSupport"]),
        tests("Tailing", ["Core", "Tailing", "TestSupport"]),
        tests("Delivery", ["Core", "Delivery"]),
        tests(
            "Backends",
            [
                "Core", "Settings", "Delivery", "Platform", "SQL", "Catalog", "Backends",
                "TestSupport",
            ]
        ),
        tests("Platform", ["Core", "Platform", "TestSupport"]),
        tests("TLS", ["Core", "TLS", "TestSupport"]),
        tests("SQL", ["Core", "SQL"]),
        tests("Journal", ["Core", "Wire", "Platform", "Journal", "TestSupport"]),
        tests(
            "Archive",
            ["Core", "Wire", "Platform", "TLS", "Journal", "Archive", "TestSupport"]
        ),
        tests(
            "Web",
            [
                "Core", "Platform", "TLS", "SQL", "Catalog", "Archive", "Settings", "Transcripts",
                "Web", "TestSupport",
            ]
        ),
        tests("Transport", ["Core", "Wire", "Platform", "TLS", "Transport", "TestSupport"]),
        tests(
            "Agent",
            [
                "Core", "Wire", "Settings", "Shipping", "Tailing", "Platform", "TLS", "SQL",
                "Agent", "TestSupport",
            ]
        ),
        tests(
            "Receiver",
            [
                "Core", "Wire", "Settings", "Shipping", "Platform", "TLS", "SQL", "Journal",
                "Archive", "Transport", "Transcripts", "Catalog", "Web", "Delivery", "Backends",
                "CZstd", "Receiver", "TestSupport", "CatalogSupport",
            ]
        ),
        tests(
            "Simulation",
            [
                "Core", "Wire", "Settings", "Shipping", "Tailing", "Platform", "TLS", "SQL",
                "Journal", "Archive", "Transport", "Transcripts", "Catalog", "Agent", "Receiver",
                "TestSupport",
            ]
        ),
        tests(
            "EndToEnd",
            ["Core", "Platform", "SQL", "Catalog", "TestSupport", "CatalogSupport"]
        ),
        tests("Tidy", []),
    ],
    cxxLanguageStandard: .cxx17
)
