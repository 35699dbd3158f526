import CampaignModel
import Ports
import SendingRules
import Store

extension LedgerSQLite {
    /// For the person, and for everybody of the account together.
    static func note(_ sign: ActivitySign, _ db: any Session) throws {
        let note = try db.cachedStatement(
            sql: """
                INSERT INTO activity (account, recipient, slot, seen, last) VALUES (?, ?, ?, 1, ?)
                ON CONFLICT (account, recipient, slot) DO UPDATE SET seen = activity.seen + 1, last = max(activity.last, excluded.last)
                """)
        for recipient in [sign.recipient.rawValue, 0] {
            try note.execute(arguments: [
                sign.account.rawValue, recipient, BestTime.slot(of: sign.at), sign.at.milliseconds,
            ])
        }
    }

    package func activity(of recipient: RecipientID?, account: AccountID) throws -> [(slot: Int, seen: Int)] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: "SELECT slot, seen FROM activity WHERE account = ? AND recipient = ? ORDER BY slot"),
                arguments: [account.rawValue, recipient?.rawValue ?? 0]
            ).map { ($0["slot"], $0["seen"]) }
        }
    }
}

/// Finds each person's best time while a plan is made: one look-up a person, by key.
struct BestTimeReader {
    private let demand: BestTimeDemand
    private let account: Int64
    private let rows: any Statement
    private let everybody: BestTime.Histogram?
    private let order: PlanOrder

    init?(_ demand: BestTimeDemand?, account: Int64, key: UInt64, _ db: any Session) throws {
        guard let demand else { return nil }
        self.demand = demand
        self.account = account
        order = PlanOrder(key: key ^ 0x5107)
        rows = try db.prepare("SELECT slot, seen FROM activity WHERE account = ?1 AND recipient = ?2")
        everybody = try Self.histogram(rows, account, 0)
    }

    /// Minutes since midnight in Shanghai; nil: as soon as the run begins.
    func minutes(of recipient: Int64, openID: UnsafeBufferPointer<UInt8>) throws -> Int? {
        let best = BestTime.slot(
            own: try Self.histogram(rows, account, recipient), account: everybody,
            key: UInt64(bitPattern: order.place(of: openID)), open: demand.open)
        guard let slot = best?.slot, slot >= demand.earliest ?? 0 else { return nil }
        return slot * 15
    }

    private static func histogram(
        _ rows: any Statement, _ account: Int64, _ recipient: Int64
    ) throws -> BestTime.Histogram? {
        rows.bind(1, account)
        rows.bind(2, recipient)
        defer { rows.reset() }
        var histogram: BestTime.Histogram?
        while try rows.step() {
            var known = histogram ?? BestTime.Histogram()
            known.add(slot: Int(rows.int(0)), Int(rows.int(1)))
            histogram = known
        }
        return histogram
    }
}
