import CampaignModel
import Ports
import Store

/// Whether a run that comes first still has somebody before it: asked only where a lane serves several runs at once.
enum Rivals {
    /// The first of `rivals` that has not had the candidate's turn yet; somebody who waits counts until the day is over.
    static func first(
        _ rivals: [RunID], awaiting candidate: Candidate, at now: Moment, _ db: any Session
    ) throws -> RunID? {
        let dayEnd = PlatformDay(containing: now).next.start
        for rival in rivals {
            let until = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT until FROM waiting WHERE run = ? AND recipient = ?"),
                arguments: [rival.rawValue, candidate.recipient.rawValue])
            if let until {
                if until < dayEnd.milliseconds { return rival }
                continue
            }
            let run = try LedgerSQLite.run(rival.rawValue, db)
            let place = try PlanPlaces.find(candidate.recipient, openID: candidate.openID, in: run, db)
            if let place, place.ahead >= 0 { return rival }
        }
        return nil
    }
}
