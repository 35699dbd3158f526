import CampaignModel
import Foundation
import Glibc
import Words

/// Where the daemon can be spoken to: a local socket whose mode says who may, and a loopback port for the dashboard.
package struct ControlBinding: Sendable {
    package struct Socket: Sendable {
        package var path: String
        /// Of the socket file: `0o600` for the owner alone, `0o660` to let its group in.
        package var mode: UInt16
        /// The group that `mode` lets in; nil: the process's own.
        package var group: UInt32?
        package init(path: String, mode: UInt16 = 0o600, group: UInt32? = nil) {
            (self.path, self.mode, self.group) = (path, mode, group)
        }
        /// The owner's alone, or for a group as well.
        package init(path: String, group: UInt32?) {
            self.init(path: path, mode: group == nil ? 0o600 : 0o660, group: group)
        }
    }

    package struct Loopback: Sendable {
        package var host: String
        /// 0: any free one; `onListening` tells which.
        package var port: Int
        package init(host: String = "127.0.0.1", port: Int) { (self.host, self.port) = (host, port) }
    }

    let socket: Socket?
    let loopback: Loopback?
    /// Where browsers find us behind a proxy: scheme, host, and port where it is not the scheme's own.
    package var origins: [String] = []
    /// Who may name people on the socket; nil: nobody.
    package var proxy: ProxyTrust?
    /// With what the port proves itself; nil: it is for this machine alone, and in the open.
    package let tls: TLSIdentity?

    /// - Throws: `ControlDoorError.notLoopback`: what is not encrypted must not be reached by the network.
    package init(socket: Socket?, loopback: Loopback? = nil, tls: TLSIdentity? = nil) throws(ControlDoorError) {
        precondition(socket != nil || loopback != nil, "a door needs a place")
        if tls == nil, let loopback, !DoorRules.isLoopback(host: loopback.host) { throw .notLoopback(loopback.host) }
        (self.tls, self.socket, self.loopback) = (tls, socket, loopback)
    }
}

/// Where a door has opened.
package enum ControlAddress: Sendable, Equatable {
    case socket(path: String)
    case loopback(host: String, port: Int)
    case encrypted(host: String, port: Int)

    /// For people: the dashboard's address, or the socket's path.
    package var text: String {
        switch self {
        case .socket(let path): path
        case .encrypted(let host, let port):
            host.contains(":") ? "https://[\(host)]:\(port)/" : "https://\(host):\(port)/"
        case .loopback(let host, let port): host.contains(":") ? "http://[\(host)]:\(port)/" : "http://\(host):\(port)/"
        }
    }
}

/// Why the door cannot open. The operator's to mend; nothing was touched.
package enum ControlDoorError: Error, Sendable, Equatable {
    case notLoopback(String)
    case socketInUse(path: String)
    case notASocket(path: String)
    case pathTooLong(String)
    case cannotListen(path: String, errno: Int32)
    /// A process may give its files to its own groups only.
    case notInGroup(UInt32)
    case tls(TLSIdentity.Fault)

    package var sentence: Sentence {
        switch self {
        case .notLoopback(let host): Catalogue.Door.notLoopback(host)
        case .socketInUse(let path): Catalogue.Door.socketInUse(path)
        case .notASocket(let path): Catalogue.Door.notASocket(path)
        case .pathTooLong(let path): Catalogue.Door.socketPathTooLong(path, bytesMax: SocketFile.pathBytesMax)
        case .cannotListen(let path, let code): Catalogue.Failure.listen(path, String(cString: strerror(code)))
        case .tls(let fault): fault.sentence
        case .notInGroup(let group): Catalogue.Failure.socketGroup(SocketReach.name(of: group))
        }
    }
}

/// Whether those for whom a socket is meant can reach it: its own mode lets them in, and so must its directory.
package enum SocketReach {
    /// nil: they can, or nobody but the owner is meant.
    package static func trouble(path: String, group: UInt32?) -> Sentence? {
        guard let group else { return nil }
        let directory = (path as NSString).deletingLastPathComponent
        // Safe because a directory that cannot be looked at is found out by whoever opens the socket in it.
        guard let looks = try? FileManager.default.attributesOfItem(atPath: directory.isEmpty ? "." : directory),
            let mode = (looks[.posixPermissions] as? NSNumber)?.uint32Value,
            let owner = (looks[.groupOwnerAccountID] as? NSNumber)?.uint32Value
        else { return nil }
        let lets = mode & 0o001 != 0 || (owner == group && mode & 0o010 != 0)
        if lets { return nil }
        return Catalogue.Failure.socketUnreachable(directory, group: name(of: group))
    }

    package static func name(of group: UInt32) -> String {
        // Safe because the entry is read before anybody asks again on this thread.
        getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)"
    }

    /// Root may give a file to any group, everybody else to their own.
    static func mayGive(to group: UInt32) -> Bool {
        if geteuid() == 0 || getegid() == group { return true }
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return groups.prefix(Int(max(0, count))).contains(group)
    }
}

/// Whether a port can be had: asked before the door opens, because the network library's own error names no port.
package enum PortProbe {
    /// - Throws: `ControlDoorError.cannotListen` with `host:port`. Port 0 is always free.
    package static func check(host: String, port: Int) throws(ControlDoorError) {
        guard port > 0 else { return }
        var wanted = addrinfo()
        wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        guard getaddrinfo(host, String(port), &wanted, &found) == 0, let address = found else {
            throw .cannotListen(path: place, errno: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(found) }
        let descriptor = Glibc.socket(
            address.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotListen(path: place, errno: errno) }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            throw .cannotListen(path: place, errno: errno)
        }
    }
}

/// The socket's file. It is bound under a passing name, given its mode, and only then renamed to where clients look:
/// a socket that can be found has the mode it should have, and whoever waits for the name finds an open door.
struct SocketFile: Sendable {
    /// `sun_path` holds 108 bytes with the zero; the passing name is four longer.
    static let pathBytesMax = 103
    /// For its owner alone; with a group, which has to reach the socket, for it as well.
    private var directoryMode: mode_t { group == nil ? 0o700 : 0o750 }

    let path: String
    let mode: UInt16
    let group: UInt32?
    var passingPath: String { path + ".new" }

    init(_ socket: ControlBinding.Socket) {
        path = socket.path
        mode = socket.mode
        group = socket.group
    }

    /// Makes the directory when it is missing (for its owner alone) and refuses what must not be replaced: another
    /// daemon's living socket, or a file that is none. A socket that nobody answers is what a killed daemon left.
    func prepare() throws(ControlDoorError) {
        guard path.utf8.count <= Self.pathBytesMax else { throw .pathTooLong(path) }
        if let group, !SocketReach.mayGive(to: group) { throw .notInGroup(group) }
        let directory = (path as NSString).deletingLastPathComponent
        if !directory.isEmpty {
            let isNew = mkdir(directory, directoryMode) == 0
            guard isNew || errno == EEXIST else { throw .cannotListen(path: path, errno: errno) }
            if isNew, let group {
                guard chown(directory, uid_t.max, group) == 0, chmod(directory, directoryMode) == 0 else {
                    throw .cannotListen(path: directory, errno: errno)
                }
            }
        }
        for name in [path, passingPath] {
            // Safe because what is not there stands in nobody's way. Of the name itself: a link is no socket.
            guard let looks = try? FileManager.default.attributesOfItem(atPath: name) else { continue }
            guard looks[.type] as? FileAttributeType == .typeSocket else { throw .notASocket(path: name) }
            if answers(name) { throw .socketInUse(path: name) }
        }
    }

    /// Gives the bound socket its mode and its name.
    func publish() throws(ControlDoorError) {
        let isOurs = group.map { chown(passingPath, uid_t.max, $0) == 0 } ?? true
        guard isOurs, chmod(passingPath, mode_t(mode)) == 0, rename(passingPath, path) == 0 else {
            let code = errno
            unlink(passingPath)
            throw .cannotListen(path: path, errno: code)
        }
    }

    private func answers(_ name: String) -> Bool {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(name.utf8) + [0]) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A full backlog or a missing right means that somebody lives there; only a refusal means that nobody does.
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }
}
