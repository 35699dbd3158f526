import CampaignModel
import Foundation
import Glibc
import Testing

@testable import HostSystem

@Suite struct LedgerLockTests {
    private let since = Moment(seconds: 1_795_000_000)

    @Test("a second daemon is told who holds the ledger; when the first is gone it may start")
    func contention() throws {
        let scratch = try Scratch()
        var first: LedgerLock? = try LedgerLock(state: scratch.path, since: since)
        #expect(
            throws: LedgerLockError.held(path: scratch.at("curfew.lock"), pid: getpid(), since: since)
        ) { try LedgerLock(state: scratch.path, since: since + .seconds(5)) }
        withExtendedLifetime(first) {}
        first = nil
        _ = try LedgerLock(state: scratch.path, since: since)
    }

    @Test("a lock file left by a killed daemon does not stop the next one")
    func leftOver() throws {
        let scratch = try Scratch()
        try scratch.write("curfew.lock", "pid 99999\nsince yesterday, and a longer text than ours will be, to be cut\n")
        let lock = try LedgerLock(state: scratch.path, since: since)
        let text = try String(contentsOfFile: scratch.at("curfew.lock"), encoding: .utf8)
        #expect(text == "pid \(getpid())\nsince \(since.iso8601)\n")
        withExtendedLifetime(lock) {}
    }

    @Test("a state directory that is not there, or a link in the lock's place, is said so")
    func unusable() throws {
        let scratch = try Scratch()
        let missing = scratch.at("none")
        #expect(throws: LedgerLockError.unusable(path: missing + "/curfew.lock", errno: ENOENT)) {
            try LedgerLock(state: missing, since: since)
        }
        try FileManager.default.createSymbolicLink(
            atPath: scratch.at("curfew.lock"), withDestinationPath: scratch.at("elsewhere"))
        #expect(throws: LedgerLockError.unusable(path: scratch.at("curfew.lock"), errno: ELOOP)) {
            try LedgerLock(state: scratch.path, since: since)
        }
    }
}

@Suite struct SecretTests {
    @Test(
        "a secret's place is read, a secret written out is not",
        arguments: [
            ("credential:app-secret", SecretSource.credential("app-secret")), ("file:/etc/x", .file("/etc/x")),
            ("hunter2", nil), ("credential:", nil), ("credential:../x", nil), ("credential:.x", nil), ("file:", nil),
            ("env:X", nil), ("Credential:x", nil),
        ] as [(String, SecretSource?)])
    func sources(text: String, expected: SecretSource?) {
        #expect(SecretSource(text) == expected)
        if let expected { #expect(expected.description == text) }
    }

    @Test(
        "a file that group or others can read is refused with its mode", arguments: [0o640, 0o604, 0o644, 0o660, 0o602])
    func modes(mode: Int) throws {
        let scratch = try Scratch()
        let source = SecretSource.file(try scratch.write("token", "s3cret", mode: mode))
        #expect(throws: SecretError(source: source, problem: .othersCanRead(mode: UInt32(mode)))) {
            try SecretReader(credentials: nil).read(source)
        }
    }

    @Test("a private file and a credential are read without their line end", arguments: [0o600, 0o400])
    func reads(mode: Int) throws {
        let scratch = try Scratch()
        let path = try scratch.write("token", "s3cret\n", mode: mode)
        let reader = SecretReader(credentials: scratch.path)
        #expect(try reader.read(.file(path)) == Secret(bytes: Array("s3cret".utf8)))
        #expect(try reader.read(.credential("token")).revealed() == "s3cret")
        _ = try scratch.write("group", "x", mode: 0o440)
        #expect(try reader.read(.credential("group")).revealed() == "x", "systemd's own mode")
    }

    @Test("what is no secret is refused without waiting: missing, empty, a folder, a FIFO, a link, too long")
    func objections() throws {
        let scratch = try Scratch()
        let reader = SecretReader(credentials: nil)
        func problem(_ source: SecretSource) -> SecretError.Problem? {
            do throws(SecretError) {
                _ = try reader.read(source)
                return nil
            } catch { return error.problem }
        }
        #expect(problem(.credential("x")) == .noCredentialsDirectory)
        #expect(problem(.file(scratch.at("none"))) == .unreadable(errno: ENOENT))
        #expect(problem(.file(try scratch.write("empty", "\n", mode: 0o600))) == .empty)
        #expect(problem(.file(scratch.path)) == .notAFile)
        #expect(mkfifo(scratch.at("fifo"), 0o600) == 0)
        #expect(problem(.file(scratch.at("fifo"))) == .notAFile)
        #expect(symlink(scratch.at("empty"), scratch.at("link")) == 0)
        #expect(problem(.file(scratch.at("link"))) == .unreadable(errno: ELOOP))
        let long = String(repeating: "x", count: SecretReader.bytesMax + 1)
        #expect(problem(.file(try scratch.write("long", long, mode: 0o600))) == .tooLong)
    }

    @Test("a secret never prints itself")
    func silent() {
        let secret = Secret(bytes: Array("s3cret".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        let seen = "\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)"
        #expect(!seen.contains("s3cret") && !seen.contains("115"))
    }

    @Test(
        "two secrets are equal when every byte is",
        arguments: [("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false), ("", "", true)])
    func equality(left: String, right: String, expected: Bool) {
        #expect((Secret(bytes: Array(left.utf8)) == Secret(bytes: Array(right.utf8))) == expected)
    }
}

@Suite struct PaceSpecTests {
    @Test(
        "a pace prints the words it was read from",
        arguments: ["2/s,burst=10", "50/h", "1/m", "5000/d,burst=500"])
    func roundTrips(text: String) {
        #expect(PaceSpec(text)?.description == text)
    }

    @Test(
        "what is no pace is refused",
        arguments: [
            "", "2", "2/", "/s", "0/s", "-1/s", "2/w", "2/s,", "2/s,burst", "2/s,burst=0", "2/s,burst=501",
            "2/s,rate=1",
            "2/s,burst=1,burst=2", "1.5/s", "10001/s", "2 /s", "٢/s",
        ])
    func refused(text: String) {
        #expect(PaceSpec(text) == nil)
    }

    @Test("a pace is a time between two contacts")
    func interval() {
        #expect(PaceSpec("2/s")?.interval == .milliseconds(500))
        #expect(PaceSpec("50/h")?.interval == .seconds(72))
        #expect(PaceSpec("2/s,burst=10")?.perSecond == 2)
    }
}
