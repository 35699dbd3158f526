import CampaignModel
import HostSystem
import Ports
import SendingRules

/// What stands between an opened ledger and its first write: is it the one that was last here?
enum LedgerGuard {
    /// - Throws: `LedgerDoubt` when it may not be; nothing was written then.
    static func admit(_ ledger: any SealLedger, _ store: any SealStore) throws {
        switch try SealRule.judge(ledger.mark(), against: store.read(), in: store.place()) {
        case .first, .same: break
        case .refused(let doubt): throw doubt
        }
    }

    /// Before the first byte of a reign may leave: from here on an older state of this ledger is noticed.
    static func seal(_ ledger: any SealLedger, _ store: any SealStore, at now: Moment) throws {
        try store.write(LedgerSeal(try ledger.mark(), place: store.place(), at: now))
        try ledger.confirmSeal()
    }
}
