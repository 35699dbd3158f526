import CampaignModel
import Foundation
import Glibc
import Testing

@testable import ControlAPI

/// With groups of the test's own: root may give to any, everybody else to one they are in.
@Suite("The socket for a group")
struct SocketGroupTests {
    private static var ownGroup: UInt32 {
        if geteuid() == 0 { return 54_321 }
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        _ = getgroups(Int32(groups.count), &groups)
        return groups.first { $0 != getegid() } ?? getegid()
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "curfew-group-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func status(_ path: String) -> (group: UInt32, mode: UInt32) {
        // Safe because what is not there has neither and fails the test.
        let looks = (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
        func number(_ key: FileAttributeKey) -> UInt32 { (looks[key] as? NSNumber)?.uint32Value ?? .max }
        return (number(.groupOwnerAccountID), number(.posixPermissions))
    }

    /// A bound socket under the passing name, as the network library leaves it.
    private func bind(_ path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return descriptor
    }

    @Test(
        "the socket has its group and its mode before it can be found, and a directory that is made lets the group in")
    func published() throws {
        let root = try folder()
        defer { unlink(root) }
        let path = "\(root)/run/s"
        let file = SocketFile(ControlBinding.Socket(path: path, group: Self.ownGroup))
        try file.prepare()
        #expect(status("\(root)/run").group == Self.ownGroup && status("\(root)/run").mode == 0o750)
        let descriptor = bind(file.passingPath)
        defer { close(descriptor) }
        try file.publish()
        #expect(status(path).group == Self.ownGroup && status(path).mode == 0o660)
        #expect(SocketReach.trouble(path: path, group: Self.ownGroup) == nil)
    }

    @Test("without a group it is its owner's alone")
    func alone() throws {
        let root = try folder()
        let file = SocketFile(ControlBinding.Socket(path: "\(root)/run/s", group: nil))
        try file.prepare()
        #expect(status("\(root)/run").mode == 0o700)
        let descriptor = bind(file.passingPath)
        defer { close(descriptor) }
        try file.publish()
        #expect(status("\(root)/run/s").mode == 0o600)
        #expect(SocketReach.trouble(path: "\(root)/run/s", group: nil) == nil)
    }

    @Test(
        "a directory that keeps the group out is named, with what to do",
        arguments: [(0o700, false), (0o750, false), (0o751, true), (0o755, true)])
    func unreachable(mode: Int, isOpen: Bool) throws {
        let root = try folder()
        chmod(root, mode_t(mode))
        let stranger: UInt32 = status(root).group &+ 1
        let trouble = SocketReach.trouble(path: "\(root)/s", group: stranger)
        #expect((trouble == nil) == isOpen)
        if let trouble { #expect(trouble.en.contains(root) && trouble.zh.contains("chmod")) }
    }

    @Test(
        "a group that the process is not in refuses the start, in words",
        .enabled(if: geteuid() != 0, "root is in every group"))
    func stranger() throws {
        let file = SocketFile(ControlBinding.Socket(path: "\(try folder())/s", group: 54_321))
        #expect(throws: ControlDoorError.notInGroup(54_321)) { try file.prepare() }
    }

    @Test("the refusal names the group, and says nothing of a port")
    func words() {
        let told = ControlDoorError.notInGroup(54_321).sentence
        #expect(told.en.contains("http.socket_group") && told.en.contains("54321") && told.zh.contains("54321"))
    }
}
