// swift-tools-version: 6.2
import PackageDescription

/// Every room of the house, top to bottom: a room may import only what its row names.
/// `Sources/README.md` has the map in words; `HouseTests` reads the import lines and fails on any other arrow.

/// Strict by default: Swift 6 concurrency, and a warning is a failure.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // SE-0335: `any` is spelled out, so that an existential is seen where it costs.
    .enableUpcomingFeature("ExistentialAny"),
    // SE-0444: a member is visible only where its module is imported, which keeps the import lines honest.
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + dependencies,
        exclude: exclude,
        resources: resources,
        swiftSettings: strict)
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
// Hummingbird's own pieces, which it brings along: the doors bound what a half-sent request may hold.
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let http1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yams: Target.Dependency = "Yams"
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "curfew",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "curfew", targets: ["curfew"]), .executable(name: "curfew-lab", targets: ["curfew-lab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Values.
        room("CampaignModel"),
        // What people read, in both languages: above the model, so that one changed sentence rebuilds no decision.
        room("Words", ["CampaignModel"]),
        room("Wire"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
        room("Digests", ["CCrypto"]),

        // Core: decisions, synchronous and pure.
        room("SendingRules", ["CampaignModel"]),
        room("Experiments", ["CampaignModel"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        room("CampaignFiles", ["CampaignModel", "Words", "CZlib", yams, mustache]),
        room("Channels", ["CampaignModel", "Wire", "Digests"]),

        // Ports: what the shell needs from the world.
        room("Ports", ["CampaignModel", "Wire"]),

        // What people ask and get back, and how it reads: the desks' protocols and values, and texts of them.
        room("Answers", ["CampaignModel", "Words", "Ports"]),
        room("Reports", ["CampaignModel", "Words", "Ports", "Answers"]),

        // Adapters: the world.
        room("Store", ["Ports"]),
        room("StoreSQLite", ["Store", "Ports", grdb, sqlite]),
        room("LedgerSQLite", ["CampaignModel", "SendingRules", "Ports", "Digests", "Store", "StoreSQLite"]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        room("TransportCurl", ["Wire", "Ports", "CampaignModel", "CCurl", "CCurlShim"]),
        room("HostSystem", ["CampaignModel", "Words", "Ports", yams, logging, lifecycle]),

        // Rehearsal: a pretend platform with rules of its own.
        room("Sandbox", ["CampaignModel", "Words", "Wire", "Digests"]),
        room("SandboxServer", ["Sandbox", "CampaignModel", "Wire", hummingbird, logging]),

        // Shell: services that step, and the door.
        room(
            "Engine",
            [
                "CampaignModel", "Words", "Wire", "SendingRules", "CampaignFiles", "Experiments", "Channels", "Ports",
                "Answers", "Reports", "Digests", logging,
            ]),
        room(
            "Simulator",
            [
                "CampaignModel", "Wire", "SendingRules", "Channels", "Ports", "Answers", "Engine", "Sandbox", logging,
            ]),
        .systemLibrary(name: "CTLS", pkgConfig: "libssl", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
        room(
            "ControlAPI",
            [
                "CampaignModel", "Words", "Channels", "Ports", "Answers", "Reports", "CTLS", hummingbird,
                hummingbirdCore,
                nio, http1, httpTypes, mustache, logging, lifecycle,
            ], resources: [.embedInCode("openapi.yaml")]),

        // Door: the only room that composes, as a library, and the program that is shipped.
        room(
            "CurfewCommands",
            [
                "CampaignModel", "Words", "Wire", "SendingRules", "Experiments", "CampaignFiles", "Channels", "Ports",
                "Answers", "Reports", "LedgerSQLite", "TransportCurl", "HostSystem", "Engine", "ControlAPI", "Digests",
                arguments, logging, lifecycle, signals,
            ]),
        .executableTarget(name: "curfew", dependencies: ["CurfewCommands"], swiftSettings: strict),
        // Rehearsing and measuring: never shipped.
        .executableTarget(
            name: "curfew-lab",
            dependencies: [
                "CurfewCommands", "CampaignModel", "Wire", "SendingRules", "Experiments", "CampaignFiles",
                "Channels", "Ports", "Answers", "LedgerSQLite", "TransportCurl", "HostSystem", "Engine",
                "Sandbox", "SandboxServer", "Simulator", "Digests",
                arguments, logging, lifecycle, hummingbird, grdb,
            ],
            swiftSettings: strict),

        // Tests: one target a room, named after it.
        .testTarget(name: "HouseTests", swiftSettings: strict),
        tests(of: "CampaignModel"),
        tests(of: "Digests"),
        tests(of: "SendingRules", ["CampaignModel"]),
        tests(
            of: "Experiments", ["CampaignModel"],
            resources: [.copy("growthbook-cases.json"), .copy("statistics-cases.json")], exclude: ["Vectors"]),
        tests(of: "CampaignFiles", ["CampaignModel", "Words", mustache], exclude: ["problems.txt"]),
        tests(of: "Channels", ["CampaignModel", "Wire"]),
        tests(of: "TransportCurl", ["Wire", "Ports", "CampaignModel", "CCurl", "CCurlShim"]),
        tests(of: "HostSystem", ["CampaignModel", "Words", "Ports", logging, lifecycle]),
        tests(of: "Sandbox", ["CampaignModel", "Wire"]),
        tests(of: "SandboxServer", ["Sandbox", "CampaignModel", "Wire", hummingbird, logging]),
        tests(
            of: "ControlAPI", ["CampaignModel", "Words", "Ports", "Answers", "Wire", hummingbird, logging, lifecycle]),
        tests(of: "StoreSQLite", ["Store", "Ports"]),
        tests(
            of: "LedgerSQLite",
            ["CampaignModel", "Ports", "SendingRules", "Store", "StoreSQLite", grdb, sqlite], exclude: ["Upgrades"]),
        tests(
            of: "Engine",
            [
                "CampaignModel", "Words", "Wire", "SendingRules", "CampaignFiles", "Experiments", "Channels", "Ports",
                "Answers", "Reports", "LedgerSQLite", "Sandbox", "Digests", grdb, logging,
            ]),
        tests(of: "Simulator", ["CampaignModel", "Ports", "LedgerSQLite", grdb]),
        .testTarget(
            name: "CurfewProcessTests",
            dependencies: [
                "curfew", "curfew-lab", "CurfewCommands", "CampaignModel", "Ports", "Answers", "Wire", "HostSystem",
                "TransportCurl", "Engine",
                "Channels",
                "Experiments",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CurfewCommandTests",
            dependencies: [
                "CurfewCommands", "curfew-lab", "CampaignModel", "Words", "Ports", "Answers", "Reports", "Wire",
                "Engine", "HostSystem", "ControlAPI", "LedgerSQLite", arguments,
            ],
            swiftSettings: strict),
    ]
)

// The second store of a ledger, for whoever has libpq: no program opens it yet, and no other build asks for the library.
// The ledger's promises are then tried on both.
if Context.environment["CURFEW_POSTGRES"] == "1" {
    package.targets += [
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        room("StorePostgres", ["Store", "Ports", "CPostgres"]),
        // A server of the tests' own, where one is installed.
        .target(name: "PostgresForTests", path: "Tests/PostgresForTests", swiftSettings: strict),
        tests(of: "StorePostgres", ["Store", "Ports", "PostgresForTests"]),
    ]
    let promises = package.targets.first { $0.name == "LedgerSQLiteTests" }
    promises?.dependencies += ["StorePostgres", "PostgresForTests"]
    promises?.swiftSettings = strict + [.define("POSTGRES")]
}

// Each room of Swift says what it is for in a README of its own, which is no source.
for target in package.targets
where [.regular, .executable].contains(target.type) && target.name != "CCurlShim" && target.path == nil {
    target.exclude += ["README.md"]
}

// Only for `make check` and `make mutation`: the tests of the named rooms (comma separated) and what they stand on,
// nothing else. A whole `swift build --build-tests` builds every room that a change reaches and links them all.
if let rooms = Context.environment["CURFEW_TESTS_OF"], !rooms.isEmpty {
    let all = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var wanted: Set<String> = []
    var next = rooms.split(separator: ",").map { "\($0)Tests" }
    while let name = next.popLast() {
        guard let target = all[name], wanted.insert(name).inserted else { continue }
        for dependency in target.dependencies {
            switch dependency {
            case .targetItem(let name, _), .byNameItem(let name, _): next.append(name)
            default: break
            }
        }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    if !wanted.contains("curfew") || !wanted.contains("curfew-lab") { package.products = [] }
}

// Only for `make fuzz`: the readers of what comes from outside, each instrumented. No other build sees the target.
if Context.environment["CURFEW_FUZZ"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: ["CampaignModel", "CampaignFiles", "Channels", "TransportCurl", "Wire"],
            path: "Tests/Fuzz",
            exclude: ["README.md", "Seeds"], swiftSettings: strict))
}
