import Foundation
import Glibc
import Testing

@Suite("Files that are far too large")
struct HugeFileTests {
    @Test("A gigabyte that calls itself a campaign is refused by its size, without the memory to hold it")
    func campaign() throws {
        let path = NSTemporaryDirectory() + "curfew-huge-\(UUID().uuidString).yaml"
        try Data("campaign: a\n".utf8).write(to: URL(fileURLWithPath: path))
        // Safe because a file that stays behind in the temporary directory harms nobody.
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(truncate(path, (1 << 30) + 1) == 0)
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/bin/sh")
        // A gigabyte of address space: the program needs a third of it, the file and a copy would need twice as much.
        check.arguments = [
            "-c", "ulimit -v 1048576; exec \"$0\" check \"$1\" --json", Rig.program.path, path,
        ]
        let (out, errors) = (Pipe(), Pipe())
        check.standardOutput = out
        check.standardError = errors
        try check.run()
        let said = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 1 && said.contains("file_too_large"), "\(said) \(complained)")
    }
}
