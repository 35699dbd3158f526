import CampaignModel
import Foundation
import Glibc
import Ports
import Testing

@testable import HostSystem

@Suite("The bench of files that were given to a page")
struct BenchTests {
    private final class Place {
        let root: String
        let bench: DropBenchFolder
        var inbox: String { root + "/inbox" }
        init() throws {
            var template = Array((NSTemporaryDirectory() + "/curfew-bench-XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
            root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for name in ["state", "inbox"] {
                mkdir(root + "/" + name, 0o770)
                chmod(root + "/" + name, 0o770)
            }
            bench = DropBenchFolder(state: root + "/state", inbox: root + "/inbox") { 0 }
        }
        // Safe because what stays behind in the temporary place harms no other test.
        deinit { try? FileManager.default.removeItem(atPath: root) }

        func give(_ name: String, _ text: String, from person: String = "li", most: Int64 = 1000) throws {
            let file = try bench.receive(name, from: person, bytesMax: most)
            try file.write(Array(text.utf8))
            try file.keep()
        }
        func text(_ path: String) -> String? {
            FileManager.default.contents(atPath: inbox + "/" + path).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func fault(_ body: () throws -> Void) -> BenchFault? {
        do {
            try body()
            return nil
        } catch { return error as? BenchFault }
    }

    @Test("a file is there when it is whole, for whoever gave it, and nothing of a broken one stays")
    func whole() throws {
        let place = try Place()
        try place.give("a.csv", "open_id\n")
        do {
            let half = try place.bench.receive("b.csv", from: "li", bytesMax: 1000)
            try half.write([1, 2, 3])
        }
        #expect(try place.bench.items(of: "li").map(\.name) == ["a.csv"])
        #expect(try place.bench.items(of: "wang").isEmpty)
        let folder = place.root + "/state/bench/6c69"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.csv"])
    }

    @Test("a size that was not told ends where the limit is")
    func lies() throws {
        let place = try Place()
        #expect(Self.fault { try place.give("a.csv", "0123456789", most: 9) } == .tooLarge(bytesMax: 9))
        #expect(try place.bench.items(of: "li").isEmpty)
    }

    @Test(
        "no name leads out of the person's place",
        arguments: ["../a.csv", "/etc/passwd", "", ".", "..", ".a", "a\n.csv"])
    func names(name: String) throws {
        let place = try Place()
        #expect(Self.fault { try place.give(name, "x") } == .badName)
        let person = try place.bench.path(of: "a.csv", from: "../../x")
        #expect(person.hasPrefix(place.root + "/state/bench/2e2e2f"))
    }

    @Test(
        "handing in moves whole files in order; somebody else's file of the same name stays, and then nothing is moved")
    func handIn() throws {
        let place = try Place()
        try place.give("people.csv", "mine")
        try place.give("spring.yaml", "campaign")
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: place.inbox + "/spring.yaml"))
        let file = try place.bench.open("people.csv", of: "li")
        #expect(try file.read(at: 0, upTo: 100) == Array("mine".utf8) && file.read(at: 4, upTo: 100).isEmpty)
        let names = ["people.csv", "spring.yaml"]
        var told = 0
        #expect(
            Self.fault {
                try place.bench.handIn(names, of: "li") { _, _ in
                    false
                } onReady: {
                    told += 1
                }
            } == .taken("spring.yaml"))
        #expect(place.text("spring.yaml") == "theirs" && place.text("people.csv") == nil)
        try place.bench.handIn(names, of: "li") { name, lying in
            try name == "spring.yaml" && lying.read(upTo: 100) == Array("theirs".utf8)
        } onReady: {
            told += 1
            #expect(place.text("people.csv") == nil)
        }
        #expect(told == 1)
        #expect(place.text("spring.yaml") == "campaign" && place.text("people.csv") == "mine")
        #expect(try place.bench.items(of: "li").isEmpty)
        var status = stat()
        #expect(stat(place.inbox + "/people.csv", &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test("a link in the folder is never written through or replaced, and a link on the bench is nobody's file")
    func links() throws {
        let place = try Place()
        try place.give("people.csv", "mine")
        symlink(place.root + "/secret", place.inbox + "/people.csv")
        #expect(
            Self.fault {
                try place.bench.handIn(["people.csv"], of: "li") { _, _ in
                    true
                } onReady: {
                }
            } == .taken("people.csv"))
        #expect(!FileManager.default.fileExists(atPath: place.root + "/secret"))
        let folder = place.root + "/state/bench/6c69"
        symlink("/etc/passwd", folder + "/b.csv")
        #expect(Self.fault { _ = try place.bench.read("b.csv", of: "li", bytesMax: 9000) } == .missing("b.csv"))
        #expect(try place.bench.items(of: "li").map(\.name) == ["people.csv"])
    }

    @Test("one person's place is bounded")
    func full() throws {
        let place = try Place()
        for number in 0..<DropBenchFolder.filesMax { try place.give("\(number).csv", "x") }
        let fault = Self.fault { try place.give("more.csv", "x") }
        #expect(fault == .full(bytesMax: DropBenchFolder.bytesMax, filesMax: DropBenchFolder.filesMax))
        try place.give("1.csv", "again")
    }
}
