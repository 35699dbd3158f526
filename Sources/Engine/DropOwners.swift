import CampaignModel
import Digests
import Ports
import Words

/// Whose a file of the drop folder is. `author:` is what anybody can type; whose file it is, is not. It counts where the
/// configuration maps system users to people. What was handed in by a page is whose it was there, by the very bytes.
struct DropOwners {
    let setup: EngineSetup

    private enum Owner {
        case person(String)
        /// A system user who is nobody's: an export job, or whoever was not mapped.
        case system(UInt32)
        /// A file of the daemon's own that nobody handed in: under another name it may be a report of ours.
        case daemon
        /// Nobody is mapped, so that users say nothing.
        case untold
    }

    /// A campaign file is its author's. One of nobody's user serves an author who has none.
    func check(_ item: TrayItem, _ bytes: [UInt8], author: String) throws {
        switch try owner(of: item.name, item.identity, Digest.of(bytes).hexadecimal) {
        case .person(let person):
            if isSame(person, author) { return }
            throw Self.fault(Catalogue.Failure.fileOfSomebodyElse(author: author, owner: person))
        case .system(let user):
            guard setup.people.contains(where: { $0.name == author && $0.unixUser != nil }) else { return }
            throw Self.fault(Catalogue.Failure.fileOfSomebodyElse(author: author, owner: "uid \(user)"))
        case .daemon: throw Self.fault(Catalogue.Failure.fileOfTheDaemon(item.name))
        case .untold: return
        }
    }

    /// What a campaign names is its author's or nobody's: lists may come from an export job that has a user of its own.
    func check(named name: String, _ identity: FileIdentity, digest: String, author: String) throws {
        switch try owner(of: name, identity, digest) {
        case .person(let person):
            if isSame(person, author) { return }
            throw Self.fault(Catalogue.Failure.listOfSomebodyElse(name, author: author, owner: person))
        case .daemon: throw Self.fault(Catalogue.Failure.fileOfTheDaemon(name))
        case .system, .untold: return
        }
    }

    /// For the audit.
    func name(ofUser user: UInt32?) -> String {
        guard let user else { return "-" }
        return setup.people.first { $0.unixUser == user }?.name ?? "uid \(user)"
    }

    private func owner(of name: String, _ identity: FileIdentity, _ digest: String) throws -> Owner {
        if let person = try setup.ledger.dropper(of: name, digest: digest) { return .person(person) }
        guard let user = identity.owner, setup.people.contains(where: { $0.unixUser != nil }) else { return .untold }
        if let holder = setup.people.first(where: { $0.unixUser == user }) { return .person(holder.name) }
        return user == setup.ownUser ? .daemon : .system(user)
    }

    private func isSame(_ person: String, _ author: String) -> Bool {
        person == author || setup.people.contains { $0.name == author && $0.called(person) == author }
    }

    private static func fault(_ sentence: Sentence) -> IntakeFault {
        IntakeFault(code: "not_the_authors_file", sentence: sentence)
    }
}

extension Ledger {
    /// Who handed in, latest, what bears the name, and the digest of its bytes. What was taken back was never handed in.
    func latestDrop(of name: String) throws -> AuditRow? {
        var takenBack = 0
        for row in try auditRows(about: name, limit: 50) {
            switch row.act {
            case DropDemand.takenBack: takenBack += 1
            case DropDemand.act:
                if takenBack == 0 { return row }
                takenBack -= 1
            default: continue
            }
        }
        return nil
    }

    /// nil: these bytes were handed in by nobody.
    func dropper(of name: String, digest: String) throws -> String? {
        try latestDrop(of: name).flatMap { $0.detail == digest ? $0.person : nil }
    }
}
