import Foundation

/// The rooms and what each may import: the table of the design page, as data.
enum House {
    struct Room {
        var name: String
        /// Other rooms and packages, as on the design page.
        var mayImport: Set<String>
        /// Where the house departs from the page, with the reason.
        var departures: [String: String] = [:]
        /// Whether its code is synchronous and pure: no threads, no locks.
        var isPure = false
        /// Whether it may read clocks, sleep and draw by chance.
        var touchesTime = false
    }

    private static let core: Set<String> = [
        "SendingRules", "CampaignFiles", "Experiments", "Channels", "CampaignModel", "Wire",
    ]

    static let rooms: [Room] = [
        Room(name: "CampaignModel", mayImport: [], isPure: true),
        Room(name: "Wire", mayImport: [], isPure: true),
        Room(name: "Digests", mayImport: ["CCrypto"], isPure: true),
        Room(name: "Words", mayImport: ["CampaignModel"], isPure: true),
        Room(name: "SendingRules", mayImport: ["CampaignModel"], isPure: true),
        Room(name: "Experiments", mayImport: ["CampaignModel"], isPure: true),
        Room(name: "CampaignFiles", mayImport: ["CampaignModel", "Words", "CZlib", "Yams", "Mustache"], isPure: true),
        Room(name: "Channels", mayImport: ["CampaignModel", "Wire", "Digests"], isPure: true),
        Room(name: "Ports", mayImport: ["CampaignModel", "Wire"], isPure: true),
        Room(name: "Answers", mayImport: ["CampaignModel", "Words", "Ports"], isPure: true),
        Room(name: "Reports", mayImport: ["CampaignModel", "Words", "Ports", "Answers"], isPure: true),
        Room(
            name: "Engine", mayImport: core.union(["Words", "Ports", "Answers", "Reports", "Logging"]),
            departures: ["Digests": "an approval binds to digests of content, audience and schedule"]),
        Room(
            name: "ControlAPI",
            mayImport: [
                "CampaignModel", "Words", "Channels", "Ports", "Answers", "Reports", "Hummingbird", "Mustache",
                "Logging",
            ],
            departures: [
                "NIOCore": "a connection that never sends a whole request is closed before any request is there to see",
                "NIOHTTPTypes": "the same: where a request ends is seen in its parts",
                "HummingbirdCore": "the library's own way to run a door wakes up each second for the date",
                "NIOHTTP1": "the same: a head that cannot be read is answered by the library",
                "ServiceLifecycle": "a door is open for as long as it runs",
                "CTLS": "a port that the network reaches is encrypted",
            ]),
        Room(name: "Store", mayImport: ["Ports"], isPure: true),
        Room(name: "StoreSQLite", mayImport: ["Store", "Ports", "GRDB", "GRDBSQLite"]),
        Room(name: "StorePostgres", mayImport: ["Store", "Ports", "CPostgres"]),
        Room(
            name: "LedgerSQLite", mayImport: ["CampaignModel", "SendingRules", "Ports", "Store", "StoreSQLite"],
            departures: ["Digests": "the audit is a chain of digests, and people stand in it as keyed digests only"]),
        Room(
            name: "TransportCurl", mayImport: ["Wire", "Ports", "CCurl"],
            departures: [
                "CCurlShim": "curl's variadic calls cannot be made from Swift",
                "CampaignModel": "an exchange's deadline is a Moment",
            ]),
        Room(
            name: "HostSystem", mayImport: ["CampaignModel", "Words", "Ports", "Yams", "Logging", "ServiceLifecycle"],
            touchesTime: true),
        Room(
            name: "Sandbox", mayImport: ["CampaignModel", "Words", "Wire"],
            departures: ["Digests": "the platform signs its callbacks"], isPure: true),
        Room(
            name: "SandboxServer", mayImport: ["Sandbox", "Wire", "Hummingbird"],
            departures: [
                "CampaignModel": "the platform's answer is asked at a Moment",
                "Logging": "Hummingbird takes a logger",
            ]),
        Room(
            name: "Simulator",
            mayImport: [
                "CampaignModel", "Wire", "SendingRules", "Channels", "Ports", "Answers", "Engine", "Sandbox",
            ],
            departures: ["Logging": "the engine takes a logger; the simulated one says nothing"]),
        Room(
            name: "CurfewCommands",
            mayImport: core.union([
                "Words", "Ports", "Answers", "Reports", "LedgerSQLite", "TransportCurl", "HostSystem", "Engine",
                "ControlAPI", "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals", "Digests",
            ])),
        Room(name: "curfew", mayImport: ["CurfewCommands"]),
        Room(
            name: "curfew-lab",
            mayImport: core.union([
                "CurfewCommands", "Ports", "Answers", "LedgerSQLite", "TransportCurl", "HostSystem",
                "Engine", "Sandbox", "SandboxServer", "Simulator", "ArgumentParser", "Logging", "ServiceLifecycle",
                "Hummingbird", "Digests",
            ]),
            departures: ["GRDB": "what no verb would do to a ledger is done behind its back"]),
    ]

    /// Rooms that hold C only.
    static let roomsOfC: Set<String> = ["CCrypto", "CCurl", "CCurlShim", "CPostgres", "CTLS", "CZlib"]

    /// The system's own modules, on every platform the house stands on.
    private static let system: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin"]
    private static let threads: Set<String> = ["Synchronization", "Dispatch"]

    static func allowedImports(of room: Room) -> Set<String> {
        room.mayImport.union(room.departures.keys).union(system).union(room.isPure ? [] : threads)
    }

    // MARK: - The checkout

    /// `Tests/HouseTests/House.swift` lies two folders below the root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// From the root, with `/`.
        var path: String
        var code: SwiftTokens
    }

    /// Every Swift file below `folder`, sorted by path.
    static func files(below folder: String) throws -> [File] {
        let start = root.appending(path: folder).resolvingSymlinksInPath()
        guard FileManager.default.fileExists(atPath: start.path) else { return [] }
        let names = try FileManager.default.subpathsOfDirectory(atPath: start.path).filter { $0.hasSuffix(".swift") }
        return try names.sorted().map { name in
            let text = try String(contentsOf: start.appending(path: name), encoding: .utf8)
            return File(path: "\(folder)/\(name)", code: SwiftTokens(text))
        }
    }

    /// nil: there is no such file.
    static func text(of path: String) throws -> String? {
        let file = root.appending(path: path).resolvingSymlinksInPath()
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// What stands in backquotes and ends in `.swift`, without those that leave a part open.
    static func filesNamed(in text: String) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 && $0.element.hasSuffix(".swift") && !$0.element.contains("*") }
            .map { String($0.element) }
    }

    /// Whether a file stands in the room, or by its path in another.
    static func stands(_ name: String, in room: String) -> Bool {
        ["Sources/\(room)/\(name)", "Sources/\(name)"].contains {
            FileManager.default.fileExists(atPath: root.appending(path: $0).resolvingSymlinksInPath().path)
        }
    }

    static func roomsOnDisk() throws -> [String] {
        let start = root.appending(path: "Sources").resolvingSymlinksInPath()
        return try FileManager.default.contentsOfDirectory(atPath: start.path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: start.appending(path: name).path, isDirectory: &isFolder)
                && isFolder.boolValue
        }.sorted()
    }
}
