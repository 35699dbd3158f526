import CampaignModel
import Foundation
import Glibc
import Words

/// Everything about a configuration that its text does not show: what the daemon needs at its start and `config check`
/// looks at beforehand, so that the one never accepts what the other refuses.
package struct SettingsCheckup {
    package enum Weight: Sendable, Equatable {
        case refused
        /// Something that only the service itself can see.
        case note
        /// Possible on a rehearsal against this machine, refused everywhere else.
        case warning
    }

    package struct Finding: Sendable {
        package var weight: Weight
        package var sentence: Sentence
        /// A file that cannot be used, or that others can read; else the configuration itself.
        package var isAccess = false
    }

    private let settings: Settings
    private let reader: SecretReader

    package init(_ settings: Settings, reader: SecretReader = SecretReader()) {
        (self.settings, self.reader) = (settings, reader)
    }

    package func findings() -> [Finding] { folders() + secrets() + tokens() + files() + names() + door() + notices() }

    /// Whoever may write to the drop folder may rename and delete what lies below it: the ledger must not.
    private func folders() -> [Finding] {
        func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
        let (state, inbox) = (real(settings.state), real(settings.inbox))
        if let status = PathStatus(inbox), !status.isFolder {
            let why = String(cString: strerror(ENOTDIR))
            return [
                Finding(weight: .refused, sentence: Catalogue.Failure.inbox(settings.inbox, why), isAccess: true)
            ]
        }
        guard state == inbox || state.hasPrefix(inbox + "/") else { return [] }
        return [Finding(weight: .refused, sentence: Catalogue.Failure.stateInInbox(settings.state, settings.inbox))]
    }

    private func secrets() -> [Finding] {
        var sources: Set<SecretSource> = []
        for app in settings.apps { sources.formUnion([app.clientSecret] + app.webhookSecrets) }
        sources.formUnion(settings.people.compactMap(\.token))
        sources.formUnion(settings.events.partners.map(\.key))
        if let key = settings.http.tlsKey { sources.insert(key) }
        for target in settings.notify { sources.formUnion([target.address] + target.secrets) }
        return sources.sorted { $0.description < $1.description }.compactMap(finding)
    }

    /// nil: it can be read.
    private func finding(of source: SecretSource) -> Finding? {
        do throws(SecretError) {
            _ = try reader.read(source)
            return nil
        } catch {
            let isUnseen = error.problem == .noCredentialsDirectory
            return Finding(
                weight: isUnseen ? .note : .refused,
                sentence: Catalogue.Failure.secret(source.description, error.problem.sentence),
                isAccess: error.problem.isAccess)
        }
    }

    private func tokens() -> [Finding] {
        var found: [Finding] = []
        var seen: [(name: String, token: Secret)] = []
        for person in settings.people {
            // Safe because what cannot be read is a finding of its own.
            guard let token = person.token.flatMap({ try? reader.read($0) }) else { continue }
            if TokenFile.isWeak(token) {
                found.append(
                    Finding(
                        weight: settings.platform.isLoopback ? .warning : .refused,
                        sentence: Catalogue.Secrets.weakToken(person.name, bytesMin: TokenFile.lengthMin)))
            }
            if let other = seen.first(where: { $0.token == token }) {
                found.append(
                    Finding(weight: .refused, sentence: Catalogue.Secrets.equalTokens(other.name, person.name)))
            }
            seen.append((person.name, token))
        }
        return found
    }

    /// Lists of words: a missing one would let through what it forbids.
    private func files() -> [Finding] {
        let lists: [String] = [settings.review.blockWords, settings.review.reviewWords, settings.events.optOutWords]
        return
            lists
            .filter { !$0.isEmpty && access($0, R_OK) != 0 }
            .map { Finding(weight: .refused, sentence: Catalogue.Failure.file($0, String(cString: strerror(errno)))) }
    }

    private func names() -> [Finding] {
        var found: [Finding] = []
        if let group = settings.http.socketGroup, UnixNames.group(group) == nil {
            found.append(Finding(weight: .refused, sentence: Catalogue.Failure.socketGroup(group)))
        }
        for user in settings.people.compactMap(\.unixUser) where UnixNames.user(user) == nil {
            found.append(Finding(weight: .refused, sentence: Catalogue.Failure.unixUser(user)))
        }
        return found
    }
}

extension SettingsCheckup {
    /// Beyond this machine nobody is served without TLS, and nobody is believed whom no proof can be asked of.
    private func door() -> [Finding] {
        let door = settings.http
        var found: [Finding] = []
        func refuse(_ sentence: Sentence) { found.append(Finding(weight: .refused, sentence: sentence)) }
        let isEncrypted = door.tlsCertificate != nil && door.tlsKey != nil
        if !SettingsValue.isLoopback(host: door.host), !isEncrypted { refuse(Catalogue.Door.notLoopback(door.host)) }
        if (door.tlsCertificate == nil) != (door.tlsKey == nil) { refuse(Catalogue.Door.tlsNeedsBoth) }
        if isEncrypted, door.origin == nil { refuse(Catalogue.Door.tlsNeedsOrigin) }
        if door.socket.utf8.count > Self.socketBytesMax {
            refuse(Catalogue.Door.socketTooLong(door.socket, bytesMax: Self.socketBytesMax))
        } else if let status = PathStatus(door.socket), !status.isSocket {
            refuse(Catalogue.Door.socketTaken(door.socket))
        }
        if let events = settings.events.listen, events.host == door.host, events.port == door.port, door.port != 0 {
            refuse(Catalogue.Door.samePort("\(door.host):\(door.port)"))
        }
        if settings.rules.dailyUsersCap == 0 || settings.rules.dailyBatchCap == 0 {
            found.append(Finding(weight: .warning, sentence: Catalogue.Door.nothingLeaves))
        }
        guard let name = door.proxyUser else { return found }
        switch UnixNames.user(name) {
        case nil: refuse(Catalogue.Door.noProxyUser(name))
        case 0: refuse(Catalogue.Door.proxyIsRoot)
        case .some: break
        }
        if door.socketGroup == nil { refuse(Catalogue.Door.proxyNeeds("http.socket_group")) }
        if door.origin == nil { refuse(Catalogue.Door.proxyNeeds("http.origin")) }
        if !Self.isHeader(door.proxyHeader) { refuse(Catalogue.Door.badProxyHeader(door.proxyHeader)) }
        return found
    }

    /// `sockaddr_un`, without its last NUL.
    private static let socketBytesMax = 107

    /// A name of a field that nothing else uses: what proves by itself, or says where a request goes, names nobody.
    private static func isHeader(_ name: String) -> Bool {
        let taken = [
            "authorization", "cookie", "host", "origin", "content-type", "content-length", "transfer-encoding",
        ]
        return !taken.contains(name.lowercased())
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    /// What only the secrets show: a robot's address is one.
    private func notices() -> [Finding] {
        var found: [Finding] = []
        for target in settings.notify {
            func refuse(_ sentence: Sentence) { found.append(Finding(weight: .refused, sentence: sentence)) }
            // Safe because what cannot be read is a finding of its own.
            if let address = try? reader.read(target.address).revealed(),
                !NoticeAddress.isUsable(address, for: target.kind)
            {
                refuse(Catalogue.Notify.badAddress(target.name, kind: target.kind))
            }
            switch target.kind {
            case .mail:
                if target.mailFrom == nil || target.mailTo.isEmpty
                    || (target.mailUser != nil && target.secrets.isEmpty)
                {
                    refuse(Catalogue.Notify.mailNeeds(target.name))
                }
                for address in [target.mailFrom].compactMap({ $0 }) + target.mailTo
                where !NoticeAddress.isMailbox(address) {
                    refuse(Catalogue.Notify.mailAddress(target.name, address))
                }
            case .webhook:
                if target.secrets.isEmpty { refuse(Catalogue.Notify.webhookNeeds(target.name)) }
            case .feishu, .dingtalk, .wecom: break
            }
        }
        return found
    }
}

/// What a notice may be sent to: the address that the operator wrote, encrypted, or this machine.
package enum NoticeAddress {
    package static func isUsable(_ text: String, for kind: NoticeTargetSettings.Kind) -> Bool {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.fragment == nil
        else { return false }
        switch kind {
        case .mail:
            return ["smtp", "smtps"].contains(parts.scheme) && parts.query == nil && ["", "/"].contains(parts.path)
        case .feishu, .dingtalk, .wecom, .webhook:
            return parts.scheme == "https" || (parts.scheme == "http" && SettingsValue.isLoopback(host: host))
        }
    }

    /// One that can stand in a mail's head as it is: nothing that ends a line or names another.
    package static func isMailbox(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("<>(),;:\\\"[]".utf8).contains($0) }
    }
}

extension SecretError.Problem {
    package var sentence: Sentence {
        switch self {
        case .noCredentialsDirectory: Catalogue.Secrets.noCredentials
        case .unreadable(let code): Catalogue.Secrets.unreadable(String(cString: strerror(code)))
        case .notAFile: Catalogue.Secrets.notAFile
        case .othersCanRead(let mode): Catalogue.Secrets.othersCanRead(mode: String(mode, radix: 8))
        case .empty: Catalogue.Secrets.empty
        case .tooLong: Catalogue.Secrets.tooLong
        }
    }

    /// A file's rights, not what the configuration says.
    package var isAccess: Bool {
        switch self {
        case .othersCanRead, .unreadable(EACCES), .unreadable(EPERM): true
        case .noCredentialsDirectory, .unreadable, .notAFile, .empty, .tooLong: false
        }
    }
}
