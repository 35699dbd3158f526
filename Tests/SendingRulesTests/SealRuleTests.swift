import CampaignModel
import Testing

@testable import SendingRules

@Suite("Whether this is the ledger that was last here")
struct SealRuleTests {
    private static let head = AuditHead(seq: 5, digest: String(repeating: "a", count: 64))
    private static let place = SealPlace(machine: "m", file: 7)
    private static let day = Moment(iso8601: "2026-11-20T10:00:00+08:00")!

    private static func mark(_ change: (inout LedgerMark) -> Void = { _ in }) -> LedgerMark {
        var mark = LedgerMark(
            ledger: "L", isSealed: true, term: 4, beat: 40, knownUntil: day, copiedAt: nil, audit: head)
        change(&mark)
        return mark
    }
    private static func seal(_ change: (inout LedgerSeal) -> Void = { _ in }) -> LedgerSeal {
        var seal = LedgerSeal(mark(), place: place, at: day)
        change(&seal)
        return seal
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var mark: LedgerMark
        var seal: LedgerSeal?
        var place = SealRuleTests.place
        var verdict: SealRule.Verdict
    }

    static let cases: [Case] = [
        Case(testDescription: "the same", mark: mark(), seal: seal(), verdict: .same),
        Case(
            testDescription: "ahead by a crash between the ledger and its seal",
            mark: mark { ($0.term, $0.beat, $0.audit.seq) = (5, 41, 6) }, seal: seal(), verdict: .same),
        Case(
            testDescription: "never in use", mark: mark { $0.isSealed = false }, seal: nil, verdict: .first),
        Case(
            testDescription: "a crash between the first seal and its confirmation",
            mark: mark { $0.isSealed = false }, seal: seal(), verdict: .same),
        Case(testDescription: "the file alone was copied", mark: mark(), seal: nil, verdict: .refused(.sealMissing)),
        Case(
            testDescription: "the whole directory was copied", mark: mark(), seal: seal(),
            place: SealPlace(machine: "m", file: 8), verdict: .refused(.otherFile)),
        Case(
            testDescription: "copied to another machine with the same file number", mark: mark(), seal: seal(),
            place: SealPlace(machine: "n", file: 7), verdict: .refused(.otherMachine)),
        Case(
            testDescription: "a machine without a name proves nothing", mark: mark(),
            seal: seal { $0.place.machine = "" }, verdict: .same),
        Case(
            testDescription: "deleted, and a new one made in its place",
            mark: mark { ($0.ledger, $0.isSealed, $0.term, $0.beat, $0.audit) = ("N", false, 0, 0, .empty) },
            seal: seal(), verdict: .refused(.otherLedger)),
        Case(
            testDescription: "another daemon's ledger was put here", mark: mark { $0.ledger = "N" }, seal: seal(),
            verdict: .refused(.otherLedger)),
        Case(
            testDescription: "a backup", mark: mark { $0.copiedAt = day }, seal: seal(),
            verdict: .refused(.isBackup(madeAt: day))),
        Case(
            testDescription: "a backup where nothing was before", mark: mark { $0.copiedAt = day }, seal: nil,
            verdict: .refused(.isBackup(madeAt: day))),
        Case(
            testDescription: "an older reign", mark: mark { $0.term = 3 }, seal: seal(),
            verdict: .refused(.older(knownUntil: day, sealedAt: day))),
        Case(
            testDescription: "earlier in the same reign", mark: mark { $0.beat = 39 }, seal: seal(),
            verdict: .refused(.older(knownUntil: day, sealedAt: day))),
        Case(
            testDescription: "fewer acts of people", mark: mark { $0.audit.seq = 4 }, seal: seal(),
            verdict: .refused(.older(knownUntil: day, sealedAt: day))),
    ]

    @Test("each way a ledger can be out of its place is told from the others", arguments: cases)
    func table(_ row: Case) {
        #expect(SealRule.judge(row.mark, against: row.seal, in: row.place) == row.verdict)
    }
}
