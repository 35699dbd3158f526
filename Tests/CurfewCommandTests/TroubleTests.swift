import Answers
import CampaignModel
import ControlAPI
import Foundation
import Glibc
import Ports
import Testing

@testable import CurfewCommands
@testable import Engine
@testable import HostSystem

@Suite("Every way to end early, in words")
struct TroubleTests {
    private struct Foreign: Error { var mode = 420 }

    /// One of each; a new case of these types belongs here.
    private static let errors: [(any Error, Int32)] = [
        (SecretError(source: .file("/x"), problem: .othersCanRead(mode: 0o644)), 77),
        (SecretError(source: .file("/x"), problem: .unreadable(errno: EACCES)), 77),
        (SecretError(source: .file("/x"), problem: .unreadable(errno: ENOENT)), 78),
        (SecretError(source: .credential("x"), problem: .noCredentialsDirectory), 78),
        (SecretError(source: .file("/x"), problem: .notAFile), 78),
        (SecretError(source: .file("/x"), problem: .empty), 78),
        (SecretError(source: .file("/x"), problem: .tooLong), 78),
        (LedgerLockError.held(path: "/s/curfew.lock", pid: 7, since: nil), 75),
        (LedgerLockError.held(path: "/s/curfew.lock", pid: nil, since: nil), 75),
        (LedgerLockError.unusable(path: "/s", errno: EACCES), 77), (FolderError(path: "/s", errno: EACCES), 77),
        (LedgerError.fenced(current: Term(number: 3)), 75), (LedgerError.storage("disk full"), 1),
        (LedgerError.unknownRun("sale"), 1), (LedgerError.unknownAccount("a"), 1),
        (LedgerError.campaignTaken(author: "li"), 1), (LedgerError.notPossible(state: .paused), 1),
        (LedgerError.newerSchema("/s/ledger.db"), 78), (LedgerError.corrupt("page 3"), 74),
        (TrayError.folder(path: "/i", errno: ENOENT), 77), (TrayError.notWritten(name: "a", errno: ENOSPC), 77),
        (TrayError.refused(TrayProblem(name: "a", refusal: .symbolicLink)), 1),
        (SealFileError(path: "/s/seal", errno: EACCES), 77), (SealFileError(path: "/s/seal", errno: EILSEQ), 65),
        (ControlDoorError.notLoopback("0.0.0.0"), 78), (ControlDoorError.socketInUse(path: "/r"), 78),
        (ControlDoorError.notASocket(path: "/r"), 78), (ControlDoorError.pathTooLong("/r"), 78),
        (ControlDoorError.cannotListen(path: "127.0.0.1:9470", errno: EADDRINUSE), 78),
        (ReignLost(current: Term(number: 3)), 75), (LedgerUnusable(why: "page 3"), 74),
        (ClientFailure.noDaemon(socket: "/r"), 1), (ClientFailure.forbidden(socket: "/r"), 1), (ClientFailure.lost, 1),
        (ClientFailure.unreadable(status: 502), 1), (ClientFailure.badIdentity, 1),
        (RehearsalFileError(line: 2, problem: .badSpeed), 78), (WordsUnreadable(list: "block_words", path: "/w"), 78),
        (CocoaError(.fileReadNoPermission, userInfo: [NSFilePathErrorKey: "/c/curfew.yaml"]), 1),
        (NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC)), 1), (Foreign(), 1),
        (DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "x")), 1),
    ]

    /// What Swift and Foundation print of their own values.
    private static let forms = [
        "(\"", "Optional(", "Error Domain", "NSCocoaError", "errno:", "mode:", "rawValue", ": nil",
    ]

    @Test(
        "no value of the program's own reaches a person, and the exit code is the promised one",
        arguments: errors.indices)
    func words(index: Int) {
        let (error, code) = Self.errors[index]
        let trouble = Trouble(error)
        #expect(trouble.code == code, "\(error)")
        for text in [trouble.sentence.zh, trouble.sentence.en] {
            #expect(!text.isEmpty)
            for form in Self.forms { #expect(!text.contains(form), "\(text)") }
        }
    }

    /// Errors that end inside of their room, or are told by a sentence of their own there.
    private static let inside: Set<String> = [
        "ReplyWithheld", "CallbackDefect", "ContactDefect", "CallFailure", "Defect", "Problem", "SettingsError",
        "SettingsRefusal", "TooLow", "Failed", "LedgerDoubt", "SettingsProblem", "Fault", "AudienceFault",
        "WorkbookFault", "TransportTrouble", "AccountObstacle", "WorkInterrupted", "UnknownIsFinal",
        "ErasureObstacle", "CallbackRefusal", "TestsUsedUp", "IdentityDoubt", "DeskRefusal", "IntakeFault",
        "LineFault", "TooManyPeople", "TooLate", "DoorRefusal", "LifeOver", "WorldDefect",
        "BenchFault", "HalfAnswered", "Broken",
    ]
    private static let rehearsing = ["/Faults/", "/Demo/", "/Bench/", "/Simulator/", "/Sandbox", "/Lab"]

    @Test("every error that the program has is in this table, or ends where it is made")
    func all() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        var told = Set(Self.errors.map { String(describing: type(of: $0.0)) }).union(Self.inside)
        told.formUnion(["WordsUnreadable", "FolderError"])
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where name.hasSuffix(".swift") {
            guard !Self.rehearsing.contains(where: { "/\(name)".contains($0) }) else { continue }
            let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: /(?:struct|enum|class) (\w+): [^{\n]*\bError\b/) {
                #expect(told.contains(String(match.1)), "\(name): \(match.1)")
            }
        }
    }

    @Test("a port that cannot be had is named")
    func port() throws {
        let trouble = Trouble(ControlDoorError.cannotListen(path: "127.0.0.1:9470", errno: EADDRINUSE))
        #expect(
            trouble.sentence.en.contains("127.0.0.1:9470") && trouble.sentence.en.contains("Address already in use"))
    }
}
