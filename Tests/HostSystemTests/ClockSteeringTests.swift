import Foundation
import HostSystem
import Testing

@Suite("Who says whether the wall is steered")
struct ClockSteeringTests {
    struct Machine: CustomTestStringConvertible {
        var testDescription: String
        var kernel: Bool?
        /// What systemd-timesyncd has left; nil: it does not run.
        var marks: [String]?
        var word: Bool?
    }
    static let machines = [
        Machine(testDescription: "the kernel's word comes first", kernel: true, marks: nil, word: true),
        Machine(testDescription: "also when it is no", kernel: false, marks: ["synchronized"], word: false),
        Machine(
            testDescription: "a kernel that must not be asked, and a client that has set the wall", kernel: nil,
            marks: ["synchronized"], word: true),
        Machine(testDescription: "a client that has not yet", kernel: nil, marks: [], word: false),
        Machine(testDescription: "nobody", kernel: nil, marks: nil, word: nil),
    ]

    @Test("the kernel, else the mark of who steers", arguments: machines)
    func word(_ machine: Machine) throws {
        let scratch = try Scratch()
        let folder = scratch.at("timesync")
        if let marks = machine.marks {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            for mark in marks { #expect(FileManager.default.createFile(atPath: folder + "/" + mark, contents: nil)) }
        }
        let steering = ClockSteering(kernel: { machine.kernel }, timesyncFolder: folder)
        #expect(steering.isSynchronised() == machine.word)
    }

    /// The lines that decide, as systemd reads them: the last word of a filter counts.
    @Test("the shipped unit lets the daemon ask the kernel, and gives it nothing to set the clock with")
    func unit() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Deploy/curfew.service"), encoding: .utf8)
        let settings = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }.filter { $0.count == 2 }
        func values(_ key: String) -> [String] { settings.filter { $0[0] == key }.map { $0[1] } }
        var mayAsk = false
        for filter in values("SystemCallFilter") {
            if filter.hasPrefix("~"), filter.contains("@privileged") || filter.contains("@clock") { mayAsk = false }
            if !filter.hasPrefix("~"), filter.contains("adjtimex"), filter.contains("clock_adjtime") { mayAsk = true }
        }
        #expect(mayAsk && values("ProtectClock") == ["no"])
        #expect(values("CapabilityBoundingSet") == [""] && values("NoNewPrivileges") == ["yes"])
    }
}
