import Foundation

/// Whose process listens at a port of this machine: whoever is not the service gets no token of a person.
package enum ListenerOwner {
    /// Users that listen there; empty: nobody, or the kernel does not say.
    package static func users(port: Int) -> Set<UInt32> {
        var found: Set<UInt32> = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            // Safe because a table that is not there names nobody, and nobody is not believed.
            guard let table = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
            found.formUnion(users(port: port, in: table))
        }
        return found
    }

    /// - Parameter table: as `/proc/net/tcp` has it: a line a socket, `local address:port` in hexadecimal, state `0A` for
    ///   one that listens, the user's number in the eighth field. All addresses count: who listens at any of them could be
    ///   who answers.
    static func users(port: Int, in table: String) -> Set<UInt32> {
        var users: Set<UInt32> = []
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 7, fields[3] == "0A", let user = UInt32(fields[7]) else { continue }
            guard let local = fields[1].split(separator: ":").last, Int(local, radix: 16) == port else { continue }
            users.insert(user)
        }
        return users
    }

    /// The user to whom a socket belongs; where it cannot be seen, to whom its folder does. nil: neither can be seen.
    package static func owner(ofSocket path: String) -> UInt32? {
        PathStatus(path)?.owner ?? PathStatus((path as NSString).deletingLastPathComponent)?.owner
    }
}
