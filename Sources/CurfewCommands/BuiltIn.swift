import CampaignFiles
import CampaignModel
import Digests
import Foundation
import LedgerSQLite
import Ports
import Reports
import TransportCurl
import Words

/// What the program was built of: for whoever looks up a fault that somebody else has published. Notices of all of it are
/// in `Deploy/NOTICES`.
struct BuiltIn: Encodable {
    struct Part: Encodable, Equatable {
        var name: String
        var version: String
    }

    var program = Part(name: "curfew", version: Version.number)
    var packages = Self.packages.map { Part(name: $0.0, version: $0.1) }
    var libraries = Self.libraries.map { Part(name: $0.0, version: $0.1) }
    var tables = Self.tables.map { Part(name: $0.0, version: $0.1) }

    /// Linked into the program, at the versions that `Package.resolved` pins; a test holds the two together.
    static let packages: [(String, String)] = [
        ("grdb.swift", "7.10.0"), ("hummingbird", "2.28.1"), ("swift-argument-parser", "1.8.2"),
        ("swift-async-algorithms", "1.1.4"), ("swift-atomics", "1.3.0"), ("swift-collections", "1.6.0"),
        ("swift-configuration", "1.4.0"), ("swift-distributed-tracing", "1.7.3"), ("swift-http-types", "1.8.0"),
        ("swift-log", "1.16.2"), ("swift-metrics", "2.13.0"), ("swift-mustache", "2.1.1"), ("swift-nio", "2.101.2"),
        ("swift-nio-extras", "1.35.2"), ("swift-service-context", "1.5.1"), ("swift-service-lifecycle", "2.13.0"),
        ("swift-system", "1.8.1"), ("yams", "6.2.2"),
    ]

    /// As they are in this process: the machine's, which may be newer than when the program was built.
    private static var libraries: [(String, String)] {
        [
            ("libcurl", TransportCurl.libraryVersion), ("SQLite", LedgerSQLite.libraryVersion),
            ("libcrypto", DigestLibrary.version), ("zlib", CampaignFilesLibrary.version),
        ]
    }

    private static var tables: [(String, String)] {
        ShippedTable.all.map { ($0.name, "\($0.origin), \($0.entries)") }
            + [("time zones", TimeZone.timeZoneDataVersion)]
    }

    /// For a monitor.
    static var labels: [(String, String)] {
        [
            ("version", Version.number), ("libcurl", TransportCurl.libraryVersion),
            ("sqlite", LedgerSQLite.libraryVersion), ("libcrypto", DigestLibrary.version),
        ]
    }

    func text(in language: Language) -> String {
        let groups = [
            (Catalogue.Notices.packages, packages), (Catalogue.Notices.libraries, libraries),
            (Catalogue.Notices.tables, tables),
        ]
        var lines = ["\(program.name) \(program.version)"]
        for (title, parts) in groups {
            lines.append("\(title.text(in: language))")
            var table = TextTable([.left, .left])
            for part in parts { table.add(["  " + part.name, part.version]) }
            lines += table.lines()
        }
        return lines.joined(separator: "\n")
    }

    /// `--version --all`, with `--json` and `--lang` as everywhere; nil: something else was asked.
    static func answer(_ arguments: [String], in language: Language) throws -> String? {
        var words = Set(arguments.filter { !$0.hasPrefix("--lang=") })
        if let index = arguments.firstIndex(of: "--lang"), index + 1 < arguments.count {
            words.subtract(["--lang", arguments[index + 1]])
        }
        guard words.isSuperset(of: ["--version", "--all"]), words.isSubset(of: ["--version", "--all", "--json"]) else {
            return nil
        }
        let built = BuiltIn()
        return words.contains("--json") ? try Printer.json(built) : built.text(in: language)
    }
}
