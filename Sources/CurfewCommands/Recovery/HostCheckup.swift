import CampaignModel
import ControlAPI
import Foundation
import Glibc
import HostSystem
import Words

/// What `doctor` asks the machine: folders, rights, secrets, room on the disks, and who holds the lock.
struct HostCheckup {
    typealias Words = Catalogue.Doctor
    /// With less nothing may be sent soon; the ledger's log alone grows to 16 MB between two moves.
    private static let freeBytesMin: UInt64 = 64 << 20
    private static let freeBytesLow: UInt64 = 1 << 30
    private static let freeInodesMin: UInt64 = 64

    let settings: Settings

    func findings() -> [Finding] {
        [state(), lock()] + secrets() + certificate() + [inbox()] + socket() + disks()
    }

    private static var why: String { String(cString: strerror(errno)) }

    private func state() -> Finding {
        guard let status = PathStatus(settings.state) else {
            return Finding("state", .fail, .operator, Words.stateMissing(settings.state, Self.why))
        }
        guard access(settings.state, R_OK | W_OK | X_OK) == 0 else {
            return Finding("state", .fail, .operator, Words.stateMissing(settings.state, Self.why))
        }
        guard status.mode & 0o077 == 0 else {
            let mode = String(status.mode, radix: 8)
            return Finding("state", .fail, .operator, Words.stateOpen(settings.state, mode: mode))
        }
        return Finding("state", .ok, Words.stateGood(settings.state))
    }

    /// Read from the kernel's table: trying to take the lock, for an instant, could turn a starting daemon away.
    private func lock() -> Finding {
        let path = (settings.state as NSString).appendingPathComponent(LedgerLock.fileName)
        if access(path, F_OK) != 0, errno == EACCES {
            return Finding("daemon", .warn, .operator, Words.notSeen(path, Self.why))
        }
        guard let status = PathStatus(path), let table = FileManager.default.contents(atPath: "/proc/locks") else {
            return Finding("daemon", .warn, .operator, Words.notLocked)
        }
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", let pid = Int32(words[4]),
                words[5].split(separator: ":").last == Substring("\(status.inode)")
            else { continue }
            return Finding("daemon", .ok, Words.locked(pid: pid))
        }
        return Finding("daemon", .warn, .operator, Words.notLocked)
    }

    /// Partners' keys and tokens too: whatever the daemon reads at its start.
    private func secrets() -> [Finding] {
        let found = SettingsCheckup(settings).findings().map { finding in
            switch finding.weight {
            case .note: Finding("secrets", .warn, .nobody, finding.sentence)
            case .warning: Finding("secrets", .warn, .operator, finding.sentence)
            case .refused: Finding("secrets", .fail, .operator, finding.sentence)
            }
        }
        let count =
            settings.apps.flatMap(\.webhookSecrets).count + settings.apps.count
            + settings.people.compactMap(\.token).count + settings.events.partners.count
        return found.isEmpty ? [Finding("secrets", .ok, Words.secretsGood(count))] : found
    }

    /// Of a door that speaks TLS itself.
    private func certificate() -> [Finding] {
        guard settings.http.tlsCertificate != nil else { return [] }
        let identity: TLSIdentity?
        do { identity = try ControlBinding(settings.http).tls } catch let error as ControlDoorError {
            return [Finding("certificate", .fail, .operator, error.sentence)]
        } catch { return [] }  // A key that cannot be read is a finding of its own.
        guard let ends = identity?.ends else { return [] }
        let isNear = ends < SystemClock().now() + .days(14)
        return [
            Finding("certificate", isNear ? .warn : .ok, .operator, Catalogue.Door.certificateEnds(ends.minuteText()))
        ]
    }

    private func inbox() -> Finding {
        guard let status = PathStatus(settings.inbox) else {
            return Finding("inbox", .fail, .operator, Words.inboxBad(settings.inbox, Self.why))
        }
        guard status.isFolder else {
            return Finding(
                "inbox", .fail, .operator, Words.inboxBad(settings.inbox, String(cString: strerror(ENOTDIR))))
        }
        guard access(settings.inbox, R_OK | W_OK | X_OK) == 0 else {
            return Finding("inbox", .fail, .operator, Words.inboxBad(settings.inbox, Self.why))
        }
        return Finding("inbox", .ok, Words.inboxGood(settings.inbox))
    }

    /// Only where a group was promised the socket.
    private func socket() -> [Finding] {
        guard let group = settings.http.socketGroup.flatMap(UnixNames.group) else { return [] }
        let path = settings.http.socket
        if let trouble = SocketReach.trouble(path: path, group: group) {
            return [Finding("socket", .warn, .operator, trouble)]
        }
        return [Finding("socket", .ok, Catalogue.Failure.socketGood(path))]
    }

    private func disks() -> [Finding] {
        [settings.state, settings.inbox].compactMap { path in
            var room = statvfs()
            guard statvfs(path, &room) == 0 else { return nil }
            let free = UInt64(room.f_bavail) * UInt64(room.f_frsize)
            // A file system without a fixed number of them says none at all.
            let lacksInodes = room.f_files > 0 && UInt64(room.f_favail) < Self.freeInodesMin
            let text = lacksInodes ? "\(room.f_favail) inodes" : "\(free >> 20) MB"
            if free < Self.freeBytesMin || lacksInodes {
                return Finding("disk", .fail, .machine, Words.diskLow(path, free: text))
            }
            return free < Self.freeBytesLow
                ? Finding("disk", .warn, .machine, Words.diskLow(path, free: text))
                : Finding("disk", .ok, Words.disk(path, free: text))
        }
    }
}
