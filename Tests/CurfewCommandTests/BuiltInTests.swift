import CampaignModel
import Foundation
import Testing

@testable import CurfewCommands

@Suite("What the program was built of")
struct BuiltInTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private struct Resolved: Decodable {
        struct Pin: Decodable {
            struct State: Decodable { var version: String? }
            var identity: String
            var state: State
        }
        var pins: [Pin]
    }

    @Test("each package is told at the version that is pinned, and the notices name it")
    func packages() throws {
        let resolved = try JSONDecoder().decode(
            Resolved.self, from: Data(contentsOf: Self.root.appendingPathComponent("Package.resolved")))
        let pinned = Dictionary(
            uniqueKeysWithValues: resolved.pins.compactMap { pin in pin.state.version.map { (pin.identity, $0) } })
        let notices = try String(contentsOf: Self.root.appendingPathComponent("Deploy/NOTICES"), encoding: .utf8)
        for (name, version) in BuiltIn.packages {
            #expect(pinned[name] == version, "\(name)")
            #expect(notices.contains("\n\(name) \(version)\n"), "\(name)")
        }
        let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        for line in manifest.split(separator: "\n") where line.contains(".package(url:") {
            let name = line.split(separator: "\"")[1].split(separator: "/").last?.lowercased() ?? ""
            #expect(BuiltIn.packages.contains { $0.0 == name }, "\(name)")
        }
    }

    @Test("libraries and tables have versions, in both languages and as JSON")
    func answer() throws {
        let built = BuiltIn()
        #expect((built.libraries + built.tables).allSatisfy { !$0.version.isEmpty })
        #expect(built.libraries.first { $0.name == "libcurl" }?.version.hasPrefix("libcurl/") == true)
        #expect(try BuiltIn.answer(["--version", "--all"], in: .zh)?.contains("编入的软件包") == true)
        #expect(try BuiltIn.answer(["--all", "--version", "--json"], in: .en)?.contains(#""tables":["#) == true)
        #expect(try BuiltIn.answer(["--version"], in: .en) == nil)
        #expect(try BuiltIn.answer(["--version", "--all", "status"], in: .en) == nil)
    }

    @Test("the notices carry the licences of the tables")
    func notices() throws {
        let notices = try String(contentsOf: Self.root.appendingPathComponent("Deploy/NOTICES"), encoding: .utf8)
        for words in ["OpenCC", "public suffix list", "Unicode License V3", "Mozilla Public License", "MIT License"] {
            #expect(notices.contains(words), "\(words)")
        }
    }
}
