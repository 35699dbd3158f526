import CampaignModel
import Foundation
import Glibc
import Ports
import Testing

@testable import HostSystem

@Suite struct TraySettlingTests {
    private let looks = TraySettling.Looks(
        identity: FileIdentity(device: 1, inode: 2), size: 10, modifiedNanoseconds: 5, changedNanoseconds: 5)

    @Test("a file counts after two seconds without a change, to the millisecond")
    func quiet() {
        var settling = TraySettling()
        #expect(settling.look(at: "a", looks, now: .seconds(100)) == false)
        #expect(settling.look(at: "a", looks, now: .milliseconds(101_999)) == false)
        #expect(settling.look(at: "a", looks, now: .seconds(102)) == true)
    }

    @Test("a file that was renamed in counts at once; written to afterwards, it waits again")
    func renamedIn() {
        var settling = TraySettling()
        settling.note(.renamedIn, name: "a")
        #expect(settling.look(at: "a", looks, now: .zero) == true)
        var longer = looks
        longer.size = 11
        #expect(settling.look(at: "a", longer, now: .seconds(1)) == false)
        #expect(settling.look(at: "a", longer, now: .seconds(3)) == true)
    }

    @Test("any change starts the two seconds anew: size, either time, another file of that name")
    func changes() {
        let changed: [(inout TraySettling.Looks) -> Void] = [
            { $0.size += 1 }, { $0.modifiedNanoseconds += 1 }, { $0.changedNanoseconds += 1 },
            { $0.identity = FileIdentity(device: 1, inode: 3) },
        ]
        for change in changed {
            var settling = TraySettling()
            _ = settling.look(at: "a", looks, now: .zero)
            var other = looks
            change(&other)
            #expect(settling.look(at: "a", other, now: .seconds(2)) == false)
            #expect(settling.look(at: "a", other, now: .seconds(4)) == true)
        }
    }

    @Test("a file whose writer has not closed it waits, however long the writer pauses")
    func open() {
        var settling = TraySettling()
        settling.note(.created, name: "a")
        #expect(settling.look(at: "a", looks, now: .zero) == false)
        #expect(settling.look(at: "a", looks, now: .minutes(4)) == false)
        settling.note(.closed, name: "a")
        #expect(settling.look(at: "a", looks, now: .minutes(4)) == true)
    }

    @Test("when events were lost, or a close never comes, time decides")
    func lost() {
        var settling = TraySettling()
        settling.note(.created, name: "a")
        _ = settling.look(at: "a", looks, now: .zero)
        #expect(settling.look(at: "a", looks, now: .minutes(5)) == true)
        settling = TraySettling()
        settling.note(.created, name: "a")
        _ = settling.look(at: "a", looks, now: .zero)
        settling.forgetEvents()
        #expect(settling.look(at: "a", looks, now: .seconds(2)) == true)
    }
}

@Suite struct InotifyTrayTests {
    private let now = Moment(seconds: 1_795_000_000)
    private let scratch: Scratch
    private let time = Dial(Duration.seconds(1000))
    private let tray: InotifyTray
    private var inbox: String { scratch.at("inbox") }

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        let time = time
        tray = try InotifyTray(inbox: scratch.at("inbox")) { time.now }
    }

    @Test("a file that is renamed in counts at the first look; one that is copied in counts when it is quiet")
    func settles() throws {
        try scratch.write("whole.yaml", "x: 1")
        #expect(rename(scratch.at("whole.yaml"), inbox + "/whole.yaml") == 0)
        try scratch.write("inbox/copied.csv", "open_id\n")
        let first = try tray.listing(at: now)
        #expect(first.items.map(\.name) == ["whole.yaml", "copied.csv"], "campaigns come first")
        #expect(first.items.map(\.settled) == [true, false])
        time.turn(to: .seconds(1002))
        #expect(try tray.listing(at: now).items.map(\.settled) == [true, true])
    }

    @Test("what is being written, our own reports and hidden files are not listed")
    func ignored() throws {
        for name in ["~$x.yaml", ".hidden", "a.part", "a.tmp", "a.CRDOWNLOAD", "a.report.txt", "a.report.json"] {
            try scratch.write("inbox/" + name, "x")
        }
        let listing = try tray.listing(at: now)
        #expect(listing == TrayListing())
    }

    @Test("links, pipes, folders and second names are reported, never opened, and never stop the rest")
    func hostileFiles() throws {
        try scratch.write("secret", "s3cret")
        #expect(symlink(scratch.at("secret"), inbox + "/a-link.csv") == 0)
        #expect(link(scratch.at("secret"), inbox + "/b-second-name.csv") == 0)
        #expect(mkfifo(inbox + "/c-pipe.csv", 0o666) == 0)
        #expect(mkdir(inbox + "/d-folder.yaml", 0o777) == 0)
        try scratch.write("inbox/e-good.csv", "open_id\n")
        let listing = try tray.listing(at: now)
        #expect(
            listing.problems == [
                TrayProblem(name: "d-folder.yaml", refusal: .directory),
                TrayProblem(name: "a-link.csv", refusal: .symbolicLink),
                TrayProblem(name: "b-second-name.csv", refusal: .hardLinked),
                TrayProblem(name: "c-pipe.csv", refusal: .notAFile),
            ])
        #expect(listing.items.map(\.name) == ["e-good.csv"])
        for problem in listing.problems {
            #expect(throws: TrayError.refused(problem)) { try tray.open(problem.name, bytesMax: 100) }
        }
    }

    @Test(
        "a name that would lie to a reader or leave the folder is refused",
        arguments: [
            ([0x61, 0x0A, 0x62], "a\\x0ab"), ([0xFF, 0x61], "\\xef\\xbf\\xbda"),
            ([0x61, 0xE2, 0x80, 0xAE, 0x62], "a\\xe2\\x80\\xaeb"), ([0x1B, 0x5B], "\\x1b["),
        ] as [([UInt8], String)])
    func hostileNames(bytes: [UInt8], printed: String) throws {
        let path = Array(inbox.utf8) + [0x2F] + bytes + [0]
        let descriptor = path.withUnsafeBytes {
            Glibc.open($0.assumingMemoryBound(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o644)
        }
        #expect(descriptor >= 0)
        close(descriptor)
        let listing = try tray.listing(at: now)
        #expect(listing == TrayListing(problems: [TrayProblem(name: printed, refusal: .badName)]))
    }

    @Test(
        "no verb takes a name with a step in it", arguments: ["../secret", "a/b", "..", ".", "", "a\0b", "/etc/passwd"])
    func steps(name: String) throws {
        try scratch.write("secret", "s3cret")
        #expect(throws: TrayError.self) { try tray.read(name, as: nil, bytesMax: 100) }
        #expect(throws: TrayError.self) { try tray.write(name, bytes: [1]) }
        #expect(throws: TrayError.self) { try tray.remove(name, identity: nil) }
        #expect(throws: TrayError.self) { try tray.move(name, into: .accepted, as: "x") }
        #expect(FileManager.default.contents(atPath: scratch.at("secret")) == Data("s3cret".utf8))
    }

    @Test("a file over the limit is refused before a byte of it is read")
    func tooLarge() throws {
        try scratch.write("inbox/big.csv", "12345")
        #expect(try tray.read("big.csv", as: nil, bytesMax: 5) == Array("12345".utf8))
        #expect(
            throws: TrayError.refused(
                TrayProblem(name: "big.csv", refusal: .tooLarge(bytes: 5, bytesMax: 4)))
        ) { try tray.read("big.csv", as: nil, bytesMax: 4) }
        // A gigabyte and a byte, all of it a hole: whoever read it would be seen to.
        let huge = try scratch.write("inbox/huge.csv", "open_id\n")
        #expect(truncate(huge, (1 << 30) + 1) == 0)
        #expect(
            throws: TrayError.refused(
                TrayProblem(name: "huge.csv", refusal: .tooLarge(bytes: (1 << 30) + 1, bytesMax: 1 << 30)))
        ) { try tray.open("huge.csv", bytesMax: 1 << 30) }
    }

    @Test("a file that grows while it is read is not believed")
    func growing() throws {
        let path = try scratch.write("inbox/a.csv", "one\n")
        let file = try tray.open("a.csv", bytesMax: 100)
        #expect(try file.read(upTo: 2) == Array("on".utf8))
        let more = try #require(FileHandle(forWritingAtPath: path))
        try more.seekToEnd()
        try more.write(contentsOf: Data("two\n".utf8))
        try more.close()
        #expect(try !file.isUnchanged())
        try file.rewind()
        #expect(try file.read(upTo: 100) == Array("one\ntwo\n".utf8))
    }

    @Test("bytes are read from any place without moving where the reading goes on, and never past the limit")
    func anyPlace() throws {
        _ = try scratch.write("inbox/a.csv", "open_id\n_1\n")
        let file = try tray.open("a.csv", bytesMax: 100)
        #expect(try file.read(upTo: 4) == Array("open".utf8))
        #expect(try file.read(at: 8, upTo: 100) == Array("_1\n".utf8))
        #expect(try file.read(at: 11, upTo: 1).isEmpty)
        #expect(try file.read(upTo: 4) == Array("_id\n".utf8))
        #expect(throws: TrayError.self) { try file.read(at: 100, upTo: 1) }
    }

    @Test("what has taken the place of a listed file is not read as it: whose it is was learned of the other one")
    func swapped() throws {
        try scratch.write("inbox/a.yaml", "mine")
        let item = try #require(try tray.listing(at: now).items.first)
        try scratch.write("b.yaml", "theirs")
        #expect(rename(scratch.at("b.yaml"), inbox + "/a.yaml") == 0)
        #expect(
            throws: TrayError.refused(TrayProblem(name: "a.yaml", refusal: .changedWhileRead))
        ) { try tray.read("a.yaml", as: item.identity, bytesMax: 9) }
    }

    @Test("an audience is removed only while it is the one that was read")
    func removes() throws {
        try scratch.write("inbox/a.csv", "1")
        let item = try #require(try tray.listing(at: now).items.first)
        try scratch.write("b.csv", "2")
        #expect(rename(scratch.at("b.csv"), inbox + "/a.csv") == 0)
        #expect(try !tray.remove("a.csv", identity: item.identity))
        #expect(try tray.read("a.csv", as: nil, bytesMax: 9) == Array("2".utf8))
        #expect(try tray.remove("a.csv", identity: nil))
        #expect(try !tray.remove("a.csv", identity: nil))
    }

    @Test(
        "a report replaces the one before in one step, is its folder's to read and ours to write, and follows no link")
    func writes() throws {
        chmod(inbox, 0o770)
        let tray = try InotifyTray(inbox: inbox) { .zero }
        try scratch.write("secret", "s3cret")
        #expect(symlink(scratch.at("secret"), inbox + "/a.report.txt") == 0)
        try tray.write("a.report.txt", bytes: Array("first".utf8))
        try tray.write("a.report.txt", bytes: Array("second".utf8))
        #expect(FileManager.default.contents(atPath: inbox + "/a.report.txt") == Data("second".utf8))
        #expect(FileManager.default.contents(atPath: scratch.at("secret")) == Data("s3cret".utf8))
        var status = stat()
        #expect(lstat(inbox + "/a.report.txt", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: inbox).sorted() == [
                "a.report.txt", "accepted", "reports",
            ])
    }

    @Test("a report is written although a folder, a pipe or a link bears the name it is written aside under")
    func writesPastObstacles() throws {
        #expect(mkdir(inbox + "/.curfew-writing.tmp", 0o755) == 0)
        try scratch.write("inbox/.curfew-writing.tmp/full", "x")
        #expect(mkfifo(inbox + "/.curfew-writing-1.tmp", 0o666) == 0)
        try tray.write("a.report.txt", bytes: Array("told".utf8))
        #expect(FileManager.default.contents(atPath: inbox + "/a.report.txt") == Data("told".utf8))
    }

    @Test(
        "a link, a file or a pipe under the name of our own folder is told, and leads nothing astray",
        arguments: ["link", "file", "pipe"])
    func accepted(_ obstacle: String) throws {
        try FileManager.default.removeItem(atPath: inbox + "/accepted")
        try FileManager.default.createDirectory(atPath: scratch.at("elsewhere"), withIntermediateDirectories: false)
        switch obstacle {
        case "link": #expect(symlink(scratch.at("elsewhere"), inbox + "/accepted") == 0)
        case "file": try scratch.write("inbox/accepted", "mine")
        default: #expect(mkfifo(inbox + "/accepted", 0o666) == 0)
        }
        let tray = try InotifyTray(inbox: inbox) { .zero }
        try scratch.write("inbox/a.yaml", "1")
        try tray.move("a.yaml", into: .accepted, as: "kept.yaml")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.at("elsewhere")).isEmpty)
        #expect(try tray.kept(in: .accepted).map(\.name) == ["kept.yaml"])
        #expect(try tray.listing(at: now).problems == [TrayProblem(name: "accepted", refusal: .inTheWay)])
        try tray.discard("kept.yaml", from: .accepted)
        #expect(try tray.kept(in: .accepted).isEmpty)
    }

    @Test("more files than one look takes hide no control file and no campaign, and our own reports do not count")
    func crowded() throws {
        for number in 0..<InotifyTray.filesMax + 5 {
            try Data().write(to: URL(fileURLWithPath: inbox + "/a\(number).csv"))
            try Data().write(to: URL(fileURLWithPath: inbox + "/a\(number).report.txt"))
        }
        for name in ["z.control.yaml", "y.control.yaml.txt", "z.yaml"] { try scratch.write("inbox/" + name, "x") }
        let listing = try tray.listing(at: now)
        #expect(listing.items.prefix(3).map(\.name) == ["y.control.yaml.txt", "z.control.yaml", "z.yaml"])
        #expect(listing.items.count == InotifyTray.filesMax + 3 && listing.isCut)
        #expect(listing.problems.map(\.refusal) == [.tooManyFiles(filesMax: InotifyTray.filesMax)])
        // A list that the look left out is found when a campaign names it.
        let left = (0..<InotifyTray.filesMax + 5).map { "a\($0).csv" }.first { name in
            !listing.items.contains { $0.name == name }
        }
        #expect(try tray.item(try #require(left)) != nil)
        #expect(try tray.item("nobody.csv") == nil)
    }

    @Test("reports alone, however many, are no crowd")
    func manyReports() throws {
        for number in 0..<InotifyTray.filesMax + 5 {
            try Data().write(to: URL(fileURLWithPath: inbox + "/a\(number).report.json"))
        }
        #expect(try tray.listing(at: now) == TrayListing())
        #expect(try tray.reports().count == InotifyTray.filesMax + 5)
    }

    @Test("a report that is over goes to the folder of its month, and from there away")
    func archive() throws {
        try tray.write("a.report.txt", bytes: [1])
        try tray.archive("a.report.txt", month: "2026-11")
        #expect(try tray.reports().isEmpty)
        #expect(try tray.kept(in: .reports).map(\.name) == ["2026-11/a.report.txt"])
        #expect(throws: TrayError.self) { try tray.discard("../a.report.txt", from: .reports) }
        try tray.discard("2026-11/a.report.txt", from: .reports)
        #expect(try FileManager.default.contentsOfDirectory(atPath: inbox + "/reports").isEmpty)
    }

    @Test("two forms of one name are told apart by nobody: neither is taken, but an order to stop is")
    func twins() throws {
        for name in ["\u{E9}", "e\u{301}"] {
            try scratch.write("inbox/\(name).csv", "1")
            try scratch.write("inbox/\(name).control.yaml", "do: pause")
        }
        _ = try tray.listing(at: now)
        time.turn(to: .seconds(1002))
        let listing = try tray.listing(at: now)
        #expect(listing.items.map(\.settled) == [true])
        #expect(listing.items.allSatisfy { $0.name.hasSuffix(".control.yaml") })
        #expect(listing.problems.map(\.refusal) == [.twin, .twin])
    }

    @Test("what was taken moves into accepted, and a later one of that name replaces it")
    func moves() throws {
        for content in ["1", "2"] {
            try scratch.write("inbox/a.yaml", content)
            try tray.move("a.yaml", into: .accepted, as: "kept.yaml")
        }
        #expect(FileManager.default.contents(atPath: inbox + "/accepted/kept.yaml") == Data("2".utf8))
        #expect(try tray.listing(at: now).items.isEmpty)
    }

    @Test("a folder that was removed is said so, and taken up again when it is back")
    func folderGone() throws {
        try FileManager.default.removeItem(atPath: inbox)
        #expect(throws: TrayError.folder(path: inbox, errno: ENOENT)) { try tray.listing(at: now) }
        #expect(mkdir(inbox, 0o770) == 0)
        try scratch.write("inbox/a.yaml", "1")
        #expect(try tray.listing(at: now).items.map(\.name) == ["a.yaml"])
    }

    @Test("a dropped file rings the bell; our own report does not")
    func rings() async throws {
        let waker = Waker()
        tray.onChange { waker.wake() }
        try tray.write("a.report.txt", bytes: [1])
        #expect(!waker.takeWake())
        try scratch.write("inbox/a.yaml", "1")
        #expect(await waker.waitForWake())
    }
}

@Suite("An inbox belongs to one ledger")
struct InboxMarkTests {
    private let scratch: Scratch
    private let now = Moment(seconds: 1_795_000_000)
    private var inbox: String { scratch.at("inbox") }

    init() throws { scratch = try Scratch() }

    private func tray(_ owner: String) throws -> InotifyTray {
        try InotifyTray(inbox: inbox, owner: owner) { .zero }
    }

    @Test("the first comes in, again and again; another is refused, told whose it is, and touches nothing")
    func first() throws {
        _ = try tray("aa11")
        _ = try tray("aa11")
        #expect(throws: TrayError.otherLedger(path: inbox, owner: "aa11")) { try tray("bb22") }
        #expect(try InboxMark(inbox: inbox).owner() == "aa11")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: inbox).sorted() == [
                ".curfew-inbox", "accepted", "reports",
            ])
    }

    @Test("a person may give it to another, and then the first takes nothing more")
    func given() throws {
        let first = try tray("aa11")
        try scratch.write("inbox/a.yaml", "x: 1")
        #expect(try first.listing(at: now).items.count == 1)
        try InboxMark(inbox: inbox).take(for: "bb22")
        #expect(throws: TrayError.otherLedger(path: inbox, owner: "bb22")) { try first.listing(at: now) }
        #expect(try tray("bb22").listing(at: now).items.count == 1)
    }

    @Test("a mark that was taken away is put back by whoever looks first; the other is refused")
    func takenAway() throws {
        let first = try tray("aa11")
        #expect(unlink(inbox + "/.curfew-inbox") == 0)
        _ = try first.listing(at: now)
        #expect(throws: TrayError.otherLedger(path: inbox, owner: "aa11")) { try tray("bb22") }
    }

    @Test("what nobody can read is nobody's that we know", arguments: ["", "curfew inbox 1\nledger ../x\n", "x"])
    func unreadable(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        try scratch.write("inbox/.curfew-inbox", text)
        #expect(throws: TrayError.otherLedger(path: inbox, owner: "?")) { try tray("aa11") }
    }

    @Test("a pipe or a link in the mark's place is an error of the folder and hangs nobody", arguments: [true, false])
    func obstacle(_ isPipe: Bool) throws {
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        let path = inbox + "/.curfew-inbox"
        #expect((isPipe ? mkfifo(path, 0o666) : symlink("/etc/passwd", path)) == 0)
        #expect(throws: TrayError.self) { try tray("aa11") }
    }
}

@Suite struct TrayWatchTests {
    private func record(mask: Int, name: String, padded: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 + padded)
        withUnsafeBytes(of: UInt32(mask)) { bytes.replaceSubrange(4..<8, with: $0) }
        withUnsafeBytes(of: UInt32(padded)) { bytes.replaceSubrange(12..<16, with: $0) }
        bytes.replaceSubrange(16..<(16 + name.utf8.count), with: Array(name.utf8))
        return bytes
    }

    @Test("the kernel's records are read with their padding, and a torn one is left")
    func records() {
        let bytes = record(mask: Int(IN_MOVED_TO), name: "a.csv", padded: 16) + record(mask: 4, name: "", padded: 0)
        let events = TrayWatch.parse((bytes + bytes.prefix(10))[...])
        #expect(events.map(\.mask) == [UInt32(IN_MOVED_TO), 4])
        #expect(events.map(\.name) == [Array("a.csv".utf8), []])
    }

    @Test("an overflow forgets what was noted and asks for a look")
    func overflow() {
        var events = TrayWatch.Events()
        #expect(TrayWatch.note(mask: UInt32(IN_MOVED_TO), name: Array("a.csv".utf8), in: &events))
        #expect(TrayWatch.note(mask: UInt32(IN_Q_OVERFLOW), name: [], in: &events))
        #expect(events.areIncomplete && events.list.isEmpty)
    }
}
