import Foundation
import Testing

@testable import CurfewCommands

@Suite("What is installed, and what a start leaves out of its environment")
struct InstallTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let make = ["/usr/bin/make", "/bin/make"].first { FileManager.default.isExecutableFile(atPath: $0) }
    private static let strip = "/usr/bin/strip"

    /// Installs below a folder of its own, with an empty program in the place of the built one.
    private func installed(_ variables: [String]) throws -> (folder: URL, status: Int32, said: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("curfew-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.make))
        process.currentDirectoryURL = Self.root
        process.arguments =
            ["-s", "install", "SWIFT=true", "RELEASE=/bin/true", "SYSTEM_PACKAGES=", "DESTDIR=\(folder.path)"]
            + variables
        var environment = ProcessInfo.processInfo.environment
        // What a surrounding make was told is nothing to this one.
        for name in ["MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "PREFIX", "UNITS", "CONFIG"] {
            environment[name] = nil
        }
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (folder, process.terminationStatus, said)
    }

    @Test(
        "the unit starts the program where it was put, with the configuration beside it, and everything a marketer needs",
        .enabled(
            if: make != nil && FileManager.default.isExecutableFile(atPath: strip), "make and strip are not installed"),
        arguments: [
            (["PREFIX=/usr"], "/usr", "/usr/lib/systemd/system", "/etc/curfew"),
            ([], "/usr/local", "/etc/systemd/system", "/etc/curfew"),
            (["PREFIX=/opt/curfew", "UNITS=/opt/units"], "/opt/curfew", "/opt/units", "/opt/curfew/etc/curfew"),
        ] as [([String], String, String, String)])
    func places(_ variables: [String], _ prefix: String, _ units: String, _ configuration: String) throws {
        let (folder, status, said) = try installed(variables)
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(status == 0, "\(said)")
        let unit = try String(contentsOfFile: folder.path + units + "/curfew.service", encoding: .utf8)
        let start = try #require(unit.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        #expect(start.hasPrefix("ExecStart=\(prefix)/bin/curfew "), "\(start)")
        #expect(unit.contains("\(configuration)/curfew.yaml"))
        if prefix != "/usr/local" { #expect(!unit.contains("/usr/local/")) }
        let documents = prefix + "/share/doc/curfew"
        var wanted = [
            prefix + "/bin/curfew", configuration + "/curfew.example.yaml", documents + "/README.md",
            documents + "/NOTICES", documents + "/campaigns/README.md",
            documents + "/campaigns/campaign.schema.json",
        ]
        let examples = Self.root.appendingPathComponent("Campaigns/examples").path
        wanted += try FileManager.default.contentsOfDirectory(atPath: examples)
            .map { documents + "/campaigns/examples/" + $0 }
        for path in wanted { #expect(FileManager.default.fileExists(atPath: folder.path + path), "\(path)") }
    }

    @Test("each package is built at one version, and no later one comes by itself")
    func exact() throws {
        let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let wanted = manifest.split(separator: ".package(url:").dropFirst()
        #expect(wanted.count > 3)
        for package in wanted { #expect(package.prefix(160).contains("exact:"), "\(package.prefix(80))") }
    }

    @Test("nobody can have the keys of our connections written into a file by a word in the environment")
    func keyLog() async {
        await #expect(processExitsWith: .success) {
            setenv("SSLKEYLOGFILE", "/tmp/keys", 1)
            Standard.prepare()
            exit(getenv("SSLKEYLOGFILE") == nil ? 0 : 1)
        }
    }
}
