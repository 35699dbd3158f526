import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// What stands between the ledger and the gate inside one start transaction: it adds what the campaign asks for, and
/// renders the contact of everyone whom the gate admits, so that nobody is started who cannot be written to.
struct AdmissionDesk {
    let gate: Gate
    let now: Moment
    var book: RunBook
    struct ContactKey: Hashable {
        let run: RunID
        let recipient: RecipientID
    }

    /// What was rendered for whom, by whose campaign: somebody whom one campaign holds out may be written to by another in
    /// the same transaction.
    private(set) var contacts: [ContactKey: [Message]] = [:]
    /// The ledger could not be read for a candidate: the whole transaction is given up.
    private(set) var failure: (any Error)?

    init(gate: Gate, now: Moment, book: RunBook) {
        self.gate = gate
        self.now = now
        self.book = book
    }

    mutating func judge(_ candidate: Candidate, _ facts: Facts, _ work: LaneWork) -> Verdict {
        do {
            guard let revision = work.runs.first(where: { $0.run == candidate.run })?.revision,
                let entry = try book.entry(of: revision)
            else { return .held(book.holding(work.runs.first { $0.run == candidate.run }?.revision), candidate) }
            var facts = facts
            if entry.terms.channel == .groupMessage, let audience = candidate.audience {
                try book.readColumns(of: audience, for: entry)
                facts.person.group = GroupFacts {
                    FieldValues.value($0, in: candidate.fields, entry.columns[audience] ?? [:])
                }
            }
            var verdict = gate.judge(candidate, facts, entry.terms, at: now)
            guard verdict.isAdmitted else { return verdict }
            if let audience = candidate.audience { try book.readColumns(of: audience, for: entry) }
            render(candidate, entry, &verdict)
            return verdict
        } catch {
            failure = error
            return .held(.notRenderable, candidate)
        }
    }

    private mutating func render(_ candidate: Candidate, _ entry: RunBook.Entry, _ verdict: inout Verdict) {
        let index = candidate.audience.flatMap { entry.columns[$0] } ?? [:]
        let rendering = entry.templates[verdict.variant].render {
            FieldValues.value($0, in: candidate.fields, index)
        }
        switch rendering {
        case .messages(let messages): contacts[.init(run: candidate.run, recipient: candidate.recipient)] = messages
        case .missing(let field):
            verdict.refusals.append(
                Refusal(
                    reason: .fieldMissing, effect: .skip, observed: .word(field), limit: .none, changesAt: nil))
        case .tooLong(let index):
            verdict.refusals.append(
                Refusal(
                    reason: .notRenderable, effect: .skip, observed: .count(index), limit: .none, changesAt: nil))
        }
    }
}

extension Verdict {
    /// The run waits; nobody of it is touched.
    static func held(_ reason: Reason, _ candidate: Candidate) -> Verdict {
        Verdict(
            refusals: [
                Refusal(reason: reason, effect: .holdRun, observed: .none, limit: .none, changesAt: nil)
            ], variant: candidate.variant)
    }
}
