import Answers
import CampaignModel
import Foundation
import Ports
import Testing

@testable import CurfewCommands

extension Rig {
    struct Ended {
        var status: Int32
        var out: String
        var errors: String
    }

    /// Runs a command of the built program to its end.
    func command(_ arguments: String...) throws -> Ended {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        let (out, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (out, errors)
        try process.run()
        let said = out.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, out: String(decoding: said, as: UTF8.self),
            errors: String(decoding: complained, as: UTF8.self))
    }

    func stopDaemon() {
        guard let daemon else { return }
        kill(daemon.processIdentifier, SIGTERM)
        daemon.waitUntilExit()
    }

    var config: String { "\(root)/curfew.yaml" }
    var clock: String { "\(root)/clock" }
}

@Suite("Copies, backups and older states of the ledger", .serialized)
struct RecoveryTests {
    @Test("A restored backup sends nothing until it is accepted, and then to nobody whom it may have contacted")
    func restoredBackup() async throws {
        let rig = try await Rig(people: (1...120).map { "u-\($0)" })
        try rig.startDaemon()
        try rig.drop(KillTests.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        try await rig.until("the first sends") { try await rig.report(run).summary.sum.accepted > 0 }
        let backup = try rig.command(
            "backup", "\(rig.root)/backup.db", "--config", rig.config, "--clock-file", rig.clock)
        #expect(backup.status == 0, "\(backup.errors)")
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        rig.stopDaemon()

        let refused = try rig.command("restore", "\(rig.root)/backup.db", "--config", rig.config)
        #expect(refused.status == 1, "a ledger that may know more is not replaced by accident")
        let restored = try rig.command("restore", "\(rig.root)/backup.db", "--over", "--config", rig.config)
        #expect(restored.status == 65, "\(restored.errors)")
        let serve = try rig.command("serve", "--config", rig.config, "--clock-file", rig.clock)
        #expect(serve.status == 65)
        #expect(serve.errors.contains("curfew restore --accept"))
        #expect(try rig.command("doctor", "--config", rig.config, "--clock-file", rig.clock).status == 1)

        let accepted = try rig.command("restore", "--accept", "--config", rig.config, "--clock-file", rig.clock)
        #expect(accepted.status == 0, "\(accepted.errors)")
        try rig.startDaemon()
        try await rig.until("the end of what was restored") {
            ["expired", "finished"].contains(try await rig.report(run).summary.state)
        }
        let sum = try await rig.report(run).summary.sum
        #expect(sum.audience == 120)
        let audit = try await rig.audit()
        #expect(audit.accepted == 120 && audit.people == 120 && audit.breaches == 0, "nobody was written to twice")
        rig.stopDaemon()
    }

    @Test("A copied state directory refuses to send, and so does a ledger copied alone; the original goes on")
    func copies() async throws {
        let rig = try await Rig(people: ["u-1"])
        try rig.startDaemon()
        try await rig.until("the daemon") { try await rig.status().daemon }
        rig.stopDaemon()
        let config = try String(contentsOfFile: rig.config, encoding: .utf8)
        for (name, what) in [("whole", ["ledger.db", "curfew.seal"]), ("alone", ["ledger.db"])] {
            let state = "\(rig.root)/\(name)"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            for file in what {
                try FileManager.default.copyItem(atPath: "\(rig.root)/state/\(file)", toPath: "\(state)/\(file)")
            }
            let other = config.replacingOccurrences(of: "\(rig.root)/state", with: state)
            try rig.write("\(name).yaml", other)
            let serve = try rig.command("serve", "--config", "\(rig.root)/\(name).yaml", "--clock-file", rig.clock)
            #expect(serve.status == 65, "\(name): \(serve.errors)")
        }
        try rig.startDaemon()
        try await rig.until("the original") { try await rig.status().daemon }
        rig.stopDaemon()
    }

    @Test("An erased person is in no file of the daemon any more, and the same list does not bring them back")
    func erased() async throws {
        let person = "u-erase-me-0001"
        let rig = try await Rig(people: (1...20).map { "u-\($0)" } + [person])
        try rig.startDaemon()
        try rig.drop(KillTests.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.review != nil }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        try await rig.until("the end") { try await rig.report(run).summary.state == "finished" }
        try rig.write("inbox/again.csv", "open_id\nu-1\n\(person)\n")
        func holders() throws -> [String] {
            try ["state", "inbox"].flatMap { folder in
                try FileManager.default.subpathsOfDirectory(atPath: "\(rig.root)/\(folder)").map { "\(folder)/\($0)" }
            }.filter { name in
                // Safe because a folder has no content, and the daemon may replace a report while we look.
                let bytes = try? Data(contentsOf: URL(fileURLWithPath: "\(rig.root)/\(name)"))
                return bytes?.range(of: Data(person.utf8)) != nil
            }
        }
        #expect(try !holders().isEmpty)
        let erase = try rig.command(
            "erase", "--user", person, "--again", person, "--token-file", "\(rig.root)/r.secret", "--config", rig.config
        )
        #expect(erase.status == 0, "\(erase.out) \(erase.errors)")
        #expect(try holders() == [])
        #expect(try await rig.report(run).summary.sum.accepted == 21)
        #expect(!rig.log("daemon-whole.log").contains(person))
        rig.stopDaemon()
        #expect(try holders() == [])
    }

    @Test("The doctor finds nothing wrong with a good house, and names what is wrong with a bad one")
    func doctor() async throws {
        let rig = try await Rig(people: ["u-1"])
        let state = "\(rig.root)/state"
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: state)
        try rig.startDaemon()
        try await rig.until("the daemon") { try await rig.status().daemon }
        func isLighter(_ one: String, _ other: String) -> Bool {
            let weights = ["ok", "warn", "fail"]
            return (weights.firstIndex(of: one) ?? 0) < (weights.firstIndex(of: other) ?? 0)
        }
        func findings() throws -> (status: Int32, levels: [String: String]) {
            let ended = try rig.command("doctor", "--json", "--config", rig.config, "--clock-file", rig.clock)
            struct Answer: Decodable {
                struct Finding: Decodable { let check, level: String }
                let findings: [Finding]
            }
            let answer = try JSONDecoder().decode(Answer.self, from: Data(ended.out.utf8))
            return (
                ended.status, Dictionary(answer.findings.map { ($0.check, $0.level) }) { isLighter($0, $1) ? $1 : $0 }
            )
        }
        try await rig.until("the token") { try findings().levels["tokens"] == "ok" }
        let good = try findings()
        #expect(good.status == 0, "\(good.levels)")
        #expect(good.levels["daemon"] == "ok" && good.levels["seal"] == "ok" && good.levels["platform"] == "ok")
        rig.stopDaemon()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: state)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(rig.root)/a.secret")
        try FileManager.default.removeItem(atPath: "\(rig.root)/inbox")
        let bad = try findings()
        #expect(bad.status == 1)
        #expect(bad.levels.filter { $0.value == "fail" }.keys.sorted() == ["inbox", "secrets", "state"])
        #expect(bad.levels["daemon"] == "warn")
    }
}
