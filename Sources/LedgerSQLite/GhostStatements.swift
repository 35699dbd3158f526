import CampaignModel
import Ports
import Store

/// The statements about people who are held out and whose turn comes. Prepared beside the hot ones, because they run
/// inside the same transaction; a run without a holdout pays one look into an index for them.
struct GhostStatements {
    let readTurn: any Statement
    let readWaiting: any Statement
    let readDay: any Statement
    let putSent: any Statement
    let putLater: any Statement
    let putLeftOut: any Statement

    init(_ session: any Session) throws {
        func prepare(_ sql: String) throws -> any Statement { try session.prepare(sql) }
        // The columns of the plan's statement, in its order: the same row is made of them.
        readTurn = try prepare(Self.row + " WHERE h.segment = ?1 ORDER BY h.position, h.run, h.recipient LIMIT ?3")
        readWaiting = try prepare(
            Self.row + " WHERE h.run = ?1 AND h.until <= ?4 ORDER BY h.until, h.recipient LIMIT ?3")
        readDay = try prepare(
            """
            SELECT r.account FROM holdout h CROSS JOIN run r ON r.id = h.run
            WHERE h.recipient = ?1 AND h.sent >= ?2 AND h.sent < ?3
            """)
        putSent = try prepare(
            """
            UPDATE holdout SET segment = NULL, until = NULL, reason = NULL, sent = ?3, variant = ?4
            WHERE run = ?1 AND recipient = ?2
            """)
        putLater = try prepare(
            "UPDATE holdout SET segment = NULL, until = ?3, reason = ?4 WHERE run = ?1 AND recipient = ?2")
        putLeftOut = try prepare(
            "UPDATE holdout SET segment = NULL, until = NULL, reason = ?3 WHERE run = ?1 AND recipient = ?2")
    }

    private static let row =
        """
        SELECT h.position, h.recipient, h.variant, 0, r.open_id, m.fields, h.audience,
               c.state, c.expires, c.checked, c.stock, c.mutual, h.run
        FROM holdout h CROSS JOIN recipient r ON r.id = h.recipient
        LEFT JOIN member m ON m.audience = h.audience AND m.recipient = h.recipient
        LEFT JOIN consent c ON c.account = ?2 AND c.recipient = h.recipient
        """
}
