import CampaignModel
import Channels
import Engine
import HostSystem
import LedgerSQLite
import Ports
import TransportCurl

/// Who tells people what happens, and by what.
struct NoticeComposition {
    /// Robots that answer slowly hold nobody else's connections.
    private static let connectionsMax = 8

    private let transport: TransportCurl
    private let post: PostCurl

    /// nil: nobody is to be told; the ledger keeps nothing for anybody then.
    init?(_ setup: inout EngineSetup, _ settings: Settings, _ ledger: LedgerSQLite) throws {
        let reader = SecretReader()
        setup.noticeTargets = try settings.notify.map { target in
            NoticeTarget(
                name: target.name, kind: target.kind, address: try reader.read(target.address),
                secrets: try target.secrets.map { try reader.read($0) }, level: target.level, user: target.mailUser,
                from: target.mailFrom ?? "", to: target.mailTo)
        }
        guard !setup.noticeTargets.isEmpty else {
            let now = setup.clock.now()
            try ledger.setTargets(NoticeTargetsDemand(now: now, term: setup.term, targets: [], dropBefore: now))
            return nil
        }
        transport = try TransportCurl(settings: TransportSettings(concurrencyMax: Self.connectionsMax))
        post = try PostCurl()
    }

    func keeper(
        _ setup: EngineSetup, _ settings: Settings, _ ledger: LedgerSQLite, _ waker: Waker
    ) -> NotifyKeeper {
        NotifyKeeper(
            setup, ledger: ledger, mailbox: transport.openMailbox { waker.wake() }, post: post,
            page: settings.http.origin, seed: SystemChance.seed(), arrival: { waker.wake() })
    }
}
