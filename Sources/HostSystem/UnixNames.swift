import CampaignModel
import Glibc

/// Users and groups of this machine, by the names that the configuration writes.
package enum UnixNames {
    private static let bytesMax = 1 << 16

    package static func user(_ name: String) -> UInt32? {
        var room = [CChar](repeating: 0, count: bytesMax)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &entry, &room, room.count, &found) == 0, found != nil else { return nil }
        return entry.pw_uid
    }

    package static func group(_ name: String) -> UInt32? {
        var room = [CChar](repeating: 0, count: bytesMax)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrnam_r(name, &entry, &room, room.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}
