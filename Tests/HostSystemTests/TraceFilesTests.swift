import Foundation
import Glibc
import Ports
import Testing

@testable import HostSystem

@Suite("A person's id in the files around the ledger")
struct TraceFilesTests {
    private let root: String
    private let files: TraceFiles
    private static let person = "_000erase-me"

    init() throws {
        root = NSTemporaryDirectory() + "curfew-traces-" + UUID().uuidString
        for folder in ["state", "inbox", "inbox/accepted"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        files = TraceFiles(state: root + "/state", inbox: root + "/inbox") { path, person in
            path.hasSuffix("theirs.xlsx") && person == Self.person
        }
    }

    private func put(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
    }
    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
    }

    @Test("it is found wherever it lies, also across the pieces in which a large file is read")
    func found() throws {
        defer { unlinkAll() }
        let id = Array(Self.person.utf8)
        for (name, offset) in [("a", 0), ("b", (1 << 20) - 5), ("c", (1 << 20)), ("d", 3 << 20)] {
            try put("state/\(name)", [UInt8](repeating: 0x2E, count: offset) + id + [0, 1, 2])
        }
        try put("state/none", [UInt8](repeating: 0x2E, count: 3 << 20) + id.dropLast())
        let names = try files.traces(of: Self.person).map { ($0 as NSString).lastPathComponent }
        #expect(names == ["a", "b", "c", "d"])
    }

    @Test("looking into the ledger's files takes no lock away from whoever has them open")
    func locks() throws {
        defer { unlinkAll() }
        for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] { try put("state/\(name)", Array("…".utf8)) }
        let descriptors = ["ledger.db", "ledger.db-wal", "ledger.db-shm"].map { open("\(root)/state/\($0)", O_RDWR) }
        defer { for descriptor in descriptors { close(descriptor) } }
        var inodes: [ino_t] = []
        for descriptor in descriptors {
            var lock = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 1, l_pid: 0)
            try #require(fcntl(descriptor, F_SETLK, &lock) == 0)
            var status = stat()
            try #require(fstat(descriptor, &status) == 0)
            inodes.append(status.st_ino)
        }
        func held() throws -> Int {
            let table = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
            return inodes.count { inode in
                table.split(separator: "\n").contains { $0.contains(":\(inode) ") && $0.contains("POSIX") }
            }
        }
        #expect(try held() == 3)
        for _ in 0..<3 {
            _ = try files.traces(of: Self.person)
            _ = try files.clean(Self.person)
        }
        #expect(try held() == 3)
    }

    @Test("what a ledger was given after it was first looked into is found as well")
    func grown() throws {
        defer { unlinkAll() }
        try put("state/ledger.db", Array("nobody".utf8))
        #expect(try files.traces(of: Self.person).isEmpty)
        let descriptor = open(root + "/state/ledger.db", O_WRONLY | O_APPEND)
        let id = Array(Self.person.utf8)
        #expect(write(descriptor, id, id.count) == id.count)
        close(descriptor)
        #expect(try files.traces(of: Self.person).map { ($0 as NSString).lastPathComponent } == ["ledger.db"])
    }

    @Test(
        "a pipe, a folder or a link under the name of the file written aside neither hangs the cleaning nor is written to",
        .timeLimit(.minutes(1)), arguments: ["pipe", "folder", "link"])
    func obstacles(_ kind: String) throws {
        defer { unlinkAll() }
        try put("inbox/people.csv", Array("open_id\n\(Self.person)\ny\n".utf8))
        try put("elsewhere", Array("mine".utf8))
        let aside = root + "/inbox/.curfew-erase.tmp"
        switch kind {
        case "pipe": #expect(mkfifo(aside, 0o666) == 0)
        case "folder": #expect(mkdir(aside, 0o777) == 0)
        default: #expect(symlink(root + "/elsewhere", aside) == 0)
        }
        _ = try files.clean(Self.person)
        #expect(try text("inbox/people.csv") == "open_id\ny\n")
        #expect(try text("elsewhere") == "mine")
    }

    @Test(
        "a folder that lets nobody in is named and stops nothing",
        .enabled(if: getuid() != 0, "nothing is closed to root"))
    func closedFolder() throws {
        defer { unlinkAll() }
        #expect(mkdir(root + "/inbox/a", 0o000) == 0)
        try put("inbox/people.csv", Array("open_id\n\(Self.person)\n".utf8))
        #expect(try files.clean(Self.person).left.map { ($0 as NSString).lastPathComponent } == ["a"])
        #expect(try text("inbox/people.csv") == "open_id\n")
        chmod(root + "/inbox/a", 0o755)
    }

    @Test("lists lose the line, our reports lose the id, replaced ledgers go, and the rest is named")
    func cleaned() throws {
        defer { unlinkAll() }
        try put("inbox/people.csv", Array("open_id,name\nx,1\n\(Self.person),2\ny,3\n".utf8))
        try put(
            "inbox/gbk.csv", Array("\(Self.person),".utf8) + [0xC4, 0xE3] + Array("\nx,".utf8) + [0xBA, 0xC3, 0x0A])
        try put("inbox/spring.report.txt", Array("sample: \(Self.person) hello".utf8))
        try put("inbox/accepted/notes.yaml", Array("# ask \(Self.person)".utf8))
        try put("inbox/other.csv", Array("open_id\nz\n".utf8))
        try put("state/ledger.replaced-5.db", [1])
        let receipt = try files.clean(Self.person)
        #expect(try text("inbox/people.csv") == "open_id,name\nx,1\ny,3\n")
        #expect(try text("inbox/spring.report.txt") == "sample: erased hello")
        #expect(try text("inbox/other.csv") == "open_id\nz\n")
        #expect(
            receipt.rewritten.map { ($0 as NSString).lastPathComponent } == [
                "gbk.csv", "people.csv", "spring.report.txt",
            ])
        #expect(receipt.left.map { ($0 as NSString).lastPathComponent } == ["notes.yaml"])
        #expect(receipt.removed.count == 1)
        #expect(!FileManager.default.fileExists(atPath: root + "/state/ledger.replaced-5.db"))
    }

    @Test(
        "a short id takes no neighbour's line, a quoted field goes with its record, and a list in UTF-16 comes back in UTF-8"
    )
    func records() throws {
        defer { unlinkAll() }
        try put("inbox/people.csv", Array("open_id,note\nu-10,\"two\nlines\"\nu-1,\"also\ntwo\"\nu-11,".utf8))
        try put("inbox/torn.csv", Array("open_id,note\nu-1,\"never closed\nu-10,\n".utf8))
        let wide = try #require("open_id\nu-1\nu-10\n".data(using: .utf16LittleEndian))
        try put("inbox/wide.csv", [0xFF, 0xFE] + wide)
        try put("inbox/people.ndjson", Array("{\"open_id\":\"u-1\"}\n{\"open_id\":\"u-10\"}\n".utf8))
        let receipt = try files.clean("u-1")
        #expect(try text("inbox/people.csv") == "open_id,note\nu-10,\"two\nlines\"\nu-11,")
        #expect(try text("inbox/torn.csv") == "open_id,note\nu-10,\n")
        #expect(try text("inbox/wide.csv") == "open_id\nu-10\n")
        #expect(try text("inbox/people.ndjson") == "{\"open_id\":\"u-10\"}\n")
        #expect(receipt.rewritten.count == 4 && receipt.left.isEmpty)
    }

    @Test("a word that could mean anything is a person only where the list says so, and is looked for nowhere else")
    func ordinaryWord() throws {
        defer { unlinkAll() }
        try put("inbox/people.csv", Array("open_id,orders\n100,7\nu-2,100\n".utf8))
        try put("inbox/lines.jsonl", Array("{\"open_id\":\"u-3\",\"orders\":100}\n{\"open_id\":\"100\"}\n".utf8))
        try put("inbox/spring.report.json", Array("{\"sum\":100}".utf8))
        try put("state/curfew.notes", Array("100".utf8))
        _ = try files.clean("100")
        #expect(try text("inbox/people.csv") == "open_id,orders\nu-2,100\n")
        #expect(try text("inbox/lines.jsonl") == "{\"open_id\":\"u-3\",\"orders\":100}\n")
        #expect(try text("inbox/spring.report.json") == "{\"sum\":100}")
        #expect(try files.traces(of: "100").isEmpty)
    }

    @Test("who is named in another's row is taken out of it, and the row stays")
    func namedInPassing() throws {
        defer { unlinkAll() }
        try put("inbox/people.csv", Array("open_id,referrer\nu-2,\(Self.person)\n\(Self.person),u-2\n".utf8))
        _ = try files.clean(Self.person)
        #expect(try text("inbox/people.csv") == "open_id,referrer\nu-2,\n")
    }

    @Test("a spreadsheet's apostrophe and another spelling of the column hide nobody, and a packed file is looked into")
    func spreadsheets() throws {
        defer { unlinkAll() }
        try put("inbox/a.csv", Array("Open ID（必填）,name\n'\(Self.person),z\n=\"\(Self.person)\",y\nu-2,x\n".utf8))
        try put("inbox/ours.xlsx", [0x50, 0x4B, 0x03, 0x04, 0])
        try put("inbox/theirs.xlsx", [0x50, 0x4B, 0x03, 0x04, 0])
        let receipt = try files.clean(Self.person)
        #expect(try text("inbox/a.csv") == "Open ID（必填）,name\nu-2,x\n")
        #expect(receipt.left.map { ($0 as NSString).lastPathComponent } == ["theirs.xlsx"])
    }

    @Test("whose erasure was begun is remembered until it is finished, and found by no search")
    func begun() throws {
        defer { unlinkAll() }
        try files.begin(Self.person)
        try files.begin("u-1")
        try files.begin(Self.person)
        #expect(try files.begun() == [Self.person, "u-1"])
        #expect(try files.traces(of: Self.person).isEmpty)
        var status = stat()
        #expect(stat(root + "/state/curfew.erasing", &status) == 0 && status.st_mode & 0o777 == 0o600)
        try files.finish(Self.person)
        #expect(try files.begun() == ["u-1"])
        try files.finish("u-1")
        #expect(!FileManager.default.fileExists(atPath: root + "/state/curfew.erasing"))
    }

    @Test("what was noted is read back once each, and a line that a crash cut off is no digest")
    func noted() throws {
        defer { unlinkAll() }
        #expect(try files.noted() == [])
        let (one, two) = (String(repeating: "a", count: 32), String(repeating: "b", count: 32))
        try files.note(digest: one)
        try files.note(digest: one)
        let handle = try #require(FileHandle(forWritingAtPath: root + "/state/curfew.erased"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("cccc".utf8))
        try files.note(digest: two)
        #expect(try files.noted() == [one, two])
    }

    private func unlinkAll() {
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: root)
    }
}
