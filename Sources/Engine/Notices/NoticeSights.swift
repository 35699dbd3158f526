import CampaignModel
import Ports
import SendingRules

/// Gathers what `NoticeWatch` judges. Remembers an hour of counts; after a start the hour begins anew.
struct NoticeSights {
    private static let span: Duration = .hours(1)
    private var counts: [(at: Moment, optOuts: Int, contacts: Int)] = []

    mutating func sight(_ setup: EngineSetup, _ ledger: any NoticeLedger, at now: Moment) throws -> NoticeWatch.Sight {
        let facts = try ledger.noticeFacts(at: now)
        var sight = NoticeWatch.Sight()
        sight.unknown = facts.unknown
        sight.unfit = facts.unfit
        sight.clock = setup.watch.look()?.code
        let host = setup.host()
        sight.diskFree = host.diskFreeBytes
        sight.ledgerBytes = (host.ledgerBytes ?? 0) + (host.logBytes ?? 0)
        sight.lastArrival = facts.lastArrival
        sight.contactsInSilence = facts.contactsInSilence
        // A rehearsal's wall is none of the machine's, by which backups are dated.
        if !setup.clock.isRehearsal {
            sight.lastBackup = host.backedUp.map { Moment(milliseconds: Int64($0 * 1000)) }
        }
        counts.removeAll { now.since($0.at) > Self.span || $0.at > now }
        let before = counts.first ?? (now, facts.optOutsTotal, facts.contactsTotal)
        counts.append((now, facts.optOutsTotal, facts.contactsTotal))
        sight.optOutsInHour = facts.optOutsTotal - before.optOuts
        sight.contactsInHour = facts.contactsTotal - before.contacts
        sight.yesterday = facts.yesterday
        return sight
    }
}
